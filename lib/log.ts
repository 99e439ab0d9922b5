import pino from "pino";

/**
 * Structured log to stdout. What could carry a secret is redacted by path; callers log ids and counts, never bodies.
 * The level follows LOG_LEVEL once `setLogLevel` ran at start.
 */
export const log = pino({
  level: "info",
  base: null,
  redact: {
    paths: [
      "*.password",
      "*.token",
      "*.secret",
      "*.authorization",
      "*.cookie",
      "*.key",
      "headers.authorization",
    ],
    censor: "[redacted]",
  },
  serializers: { err: pino.stdSerializers.errWithCause },
  timestamp: pino.stdTimeFunctions.isoTime,
});

export function setLogLevel(level: string): void {
  log.level = level;
}
