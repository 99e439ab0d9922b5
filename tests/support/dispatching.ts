import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { setLogLevel } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { type Dispatcher, type DispatcherOptions, startDispatcher } from "@/lib/worker/dispatcher";
import { createRuntime } from "./database";
import { type SmtpTestServer, startSmtp } from "./smtp";
import { startTwilio, type TwilioTestServer } from "./twilio";

/** A database of its own between a mail server and a Twilio, which take everything until a test says otherwise. */
export function dispatcherStage(env: Record<string, string> = {}) {
  const stage = {} as {
    runtime: Runtime & { close(): Promise<void> };
    smtp: SmtpTestServer;
    twilio: TwilioTestServer;
  };
  /** What the mail server answers to a recipient. */
  const refusals = new Map<string, number>();
  const running: Dispatcher[] = [];
  beforeAll(async () => {
    setLogLevel("silent");
    const [smtp, twilio] = await Promise.all([
      startSmtp({ recipient: (address) => refusals.get(address) }),
      startTwilio(),
    ]);
    const runtime = await createRuntime({
      SMTP_URL: smtp.url,
      MAIL_FROM: "Keygauge <keygauge@example.com>",
      TWILIO_ACCOUNT_SID: twilio.settings.accountSid,
      TWILIO_AUTH_TOKEN: twilio.settings.authToken,
      TWILIO_FROM: twilio.settings.from,
      TWILIO_BASE_URL: twilio.settings.baseUrl,
      ...env,
    });
    Object.assign(stage, { runtime, smtp, twilio });
  });
  beforeEach(() => {
    stage.smtp.setBehaviour("ok");
    stage.twilio.setBehaviour("ok");
    refusals.clear();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((dispatcher) => dispatcher.stop()));
    await stage.runtime.db.pool.query("TRUNCATE channel, incident CASCADE");
  });
  afterAll(() => Promise.all([stage.runtime.close(), stage.smtp.close(), stage.twilio.close()]));
  return Object.assign(stage, {
    refusals,
    /** No wait between attempts: what is to be retried is due at once. */
    start(options: DispatcherOptions = {}): Dispatcher {
      const dispatcher = startDispatcher(stage.runtime, { random: () => 0, ...options });
      running.push(dispatcher);
      return dispatcher;
    },
    /** As the notice of a commit does; without it, the workers look once a second. */
    wake: () => {
      for (const dispatcher of running) dispatcher.wake();
    },
    /** The mails of a delivery that were accepted. */
    copies: (id: string) =>
      stage.smtp.messages.filter(({ mail }) => mail.messageId === `<${id}@example.com>`),
  });
}
