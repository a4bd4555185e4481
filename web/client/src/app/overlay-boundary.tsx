// What breaks in an overlay closes it; the page below stays.
import { Component, type ReactNode } from "react";
import { showProblem } from "../api/problem-toast";

export interface OverlayBoundaryProps {
  onBroken: () => void;
  children: ReactNode;
}

export class OverlayBoundary extends Component<OverlayBoundaryProps, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onBroken();
    showProblem(error);
  }

  override render(): ReactNode {
    return this.state.isBroken ? null : this.props.children;
  }
}
