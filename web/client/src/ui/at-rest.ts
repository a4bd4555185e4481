// When hands rest: what may not cost a keystroke anything waits until none has come for a while.

/** Milliseconds without a stir after which there is rest. */
const REST_MS = 300;

export interface Rest {
  /** Something has just happened. */
  stir: () => void;
  /** Waits no more, until it is stirred again. */
  stop: () => void;
}

/** Calls `run` once after each time of stirring, when it is over. */
export function atRest(run: () => void): Rest {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  return {
    stir: () => {
      stop();
      timer = setTimeout(run, REST_MS);
    },
    stop,
  };
}
