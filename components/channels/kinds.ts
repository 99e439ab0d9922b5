import { Mail, MessageSquareText, Send } from "lucide-react";

type KindLook = {
  label: string;
  icon: typeof Mail;
  recipients: { label: string; hint: string; placeholder: string };
};

const KINDS: Readonly<Record<string, KindLook>> = {
  email: {
    label: "E-mail",
    icon: Mail,
    recipients: {
      label: "Addresses",
      hint: "One a line, 20 at most",
      placeholder: "ops@example.com",
    },
  },
  sms: {
    label: "SMS",
    icon: MessageSquareText,
    recipients: {
      label: "Phone numbers",
      hint: "With country code, one a line, 10 at most",
      placeholder: "+15551230000",
    },
  },
};

/** How a kind of channel looks and reads; an unknown one by its own name. */
export function channelKind(kind: string): KindLook {
  return (
    KINDS[kind] ?? { label: kind, icon: Send, recipients: { label: "Recipients", hint: "", placeholder: "" } }
  );
}
