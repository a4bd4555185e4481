// Where something should be and could not be read: what happened, a way to try again, the id to quote.
import { CircleAlert } from "lucide-react";
import { Button } from "./button";
import "./failure.css";

export interface FailureProps {
  text: string;
  requestId?: string | null;
  onRetry?: () => void;
}

export function Failure({ text, requestId, onRetry }: FailureProps) {
  return (
    <div className="failure" role="alert">
      <CircleAlert size={20} aria-hidden />
      <p>
        {text}
        {requestId != null && <small className="failure__detail">Request {requestId}</small>}
      </p>
      {onRetry !== undefined && (
        <Button size="small" onPress={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
