// A change that is asked for once however often it is pressed: also before React has drawn the busy button.
import type { MutateOptions, UseMutationResult } from "@tanstack/react-query";
import { useRef } from "react";

/** The second press of a double click comes within this, also when the answer was faster. */
const DOUBLE_PRESS_MS = 500;

/** The same mutation, whose `mutate` does nothing while it is on its way, nor for the second press of a double click. */
export function useOnce<Data, Failure, Variables, Context>(
  mutation: UseMutationResult<Data, Failure, Variables, Context>,
): UseMutationResult<Data, Failure, Variables, Context> {
  const pressedAt = useRef(-Infinity);
  const isOnItsWay = useRef(false);
  const mutate = (variables: Variables, options?: MutateOptions<Data, Failure, Variables, Context>) => {
    const now = performance.now();
    if (isOnItsWay.current || now - pressedAt.current < DOUBLE_PRESS_MS) return;
    pressedAt.current = now;
    isOnItsWay.current = true;
    mutation.mutate(variables, {
      ...options,
      onSettled: (...told) => {
        isOnItsWay.current = false;
        options?.onSettled?.(...told);
      },
    });
  };
  return { ...mutation, mutate: mutate as typeof mutation.mutate };
}
