import { type ChannelSettings, DEFAULT_TIMEOUTS } from "../channel";
import type { RecipientResult } from "../combine";
import { plainLine } from "../plain";
import { emailHtml } from "./html";
import { smtpOutcomes } from "./outcome";
import { domainOf, secretsOf, sender } from "./sender";
import { deliver } from "./transport";

/** A mail to one person that is no alert: one thing to read and one thing to do. */
export interface Letter {
  /** Without angle brackets; the part before the @ of its message id. */
  id: string;
  to: string;
  subject: string;
  title: string;
  text: string;
  button: { text: string; link: string };
  footer: string;
}

/** Sends a letter once and says what became of it. Without a mail server it is not sent. Never throws. */
export async function sendLetter(
  letter: Letter,
  settings: ChannelSettings,
  at: number,
): Promise<RecipientResult> {
  const { to, button } = letter;
  const { smtpUrl } = settings;
  if (smtpUrl === undefined) return { to, outcome: "not_sent", error: "No mail server is set" };
  const from = sender(settings);
  const timeouts = settings.timeouts ?? DEFAULT_TIMEOUTS;
  const answer = await deliver(
    smtpUrl,
    {
      from,
      to: [to],
      recipients: [to],
      subject: plainLine(letter.subject, 160),
      text: `${letter.title}\n\n${letter.text}\n\n${button.text}: ${button.link}\n\n${letter.footer}\n`,
      html: emailHtml({
        tone: "test",
        state: "Keygauge",
        happened: "",
        name: plainLine(letter.title, 200),
        detail: "",
        value: "",
        window: "",
        condition: "",
        note: letter.text,
        facts: [],
        buttons: [button],
        breachTone: "test",
        preview: letter.text,
        chart: null,
        footer: letter.footer,
        unsubscribe: undefined,
      }),
      messageId: `${letter.id}@${domainOf(from)}`,
      threadId: undefined,
      date: new Date(at),
      unsubscribe: undefined,
    },
    timeouts,
    AbortSignal.timeout(timeouts.totalMs),
  );
  return (
    smtpOutcomes(answer, [to], secretsOf(smtpUrl))[0] ?? { to, outcome: "ambiguous", error: "No answer" }
  );
}
