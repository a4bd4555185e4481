// A change that is asked for once however often it is pressed: also before React has drawn the busy button.
import type { MutateOptions, UseMutationResult } from "@tanstack/react-query";
import { useRef } from "react";

/** The second press of a double click comes within this, also when the answer was faster. */
const DOUBLE_PRESS_MS = 500;

/**
 * The same mutation, whose `mutate` does nothing while it is on its way, nor for the second press of a double click: what
 * asks for something else is a wish of its own, however quick.
 */
export function useOnce<Data, Failure, Variables, Context>(
  mutation: UseMutationResult<Data, Failure, Variables, Context>,
): UseMutationResult<Data, Failure, Variables, Context> {
  const last = useRef({ pressedAt: -Infinity, wish: "" });
  const isOnItsWay = useRef(false);
  const mutate = (variables: Variables, options?: MutateOptions<Data, Failure, Variables, Context>) => {
    const now = performance.now();
    const wish = JSON.stringify([variables]);
    const isSecond = wish === last.current.wish && now - last.current.pressedAt < DOUBLE_PRESS_MS;
    if (isOnItsWay.current || isSecond) return;
    last.current = { pressedAt: now, wish };
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
