/**
 * Keeps one line up to date on a terminal, or prints it now and then elsewhere; `print` puts lines above it, `stop` ends it.
 */
export function showProgress(
  line: () => string,
  out: NodeJS.WriteStream,
): { print(text: string): void; stop(): void } {
  const clear = out.isTTY ? "\r\x1b[K" : "";
  const timer = setInterval(
    () => {
      const text = line();
      out.write(out.isTTY ? `${clear}${text.slice(0, Math.max(20, out.columns - 1))}` : `${text}\n`);
    },
    out.isTTY ? 500 : 5_000,
  );
  return {
    print: (text) => void out.write(`${clear}${text}\n`),
    stop() {
      clearInterval(timer);
      out.write(clear);
    },
  };
}
