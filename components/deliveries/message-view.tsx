import { Tabs } from "@/components/ui/tabs";
import type { RenderedDto } from "@/lib/features/deliveries/schemas";

/** A message as its recipient would read it: an e-mail with both of its parts, or an SMS on a phone. */
export function MessageView({ kind, message }: { kind: string; message: RenderedDto }) {
  return kind === "sms" ? <Sms message={message} /> : <Email message={message} />;
}

function Email({ message }: { message: RenderedDto }) {
  const plain = (
    <pre className="foreign-text whitespace-pre-wrap rounded-lg border bg-sunken px-4 py-3 font-mono text-xs leading-relaxed">
      {message.text}
    </pre>
  );
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div>
        <p className="foreign-text font-semibold text-base">{message.subject ?? "(no subject)"}</p>
        <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-2 text-fg-2 text-xs">
          <dt className="text-fg-3">From</dt>
          <dd className="foreign-text">{message.from}</dd>
          <dt className="text-fg-3">To</dt>
          <dd className="foreign-text">{message.to.join(", ")}</dd>
        </dl>
      </div>
      {message.html === undefined ? (
        plain
      ) : (
        <Tabs
          label="Parts of the e-mail"
          tabs={[
            { value: "html", label: "As designed", content: <Html html={message.html} /> },
            { value: "text", label: "Plain text", content: plain },
          ]}
        />
      )}
    </div>
  );
}

function Html({ html }: { html: string }) {
  return (
    <iframe
      title="The e-mail"
      // No scripts, no access to the console; its links open beside it.
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      srcDoc={html.replace(/<head[^>]*>/i, '$&<base target="_blank">')}
      className="h-[36rem] w-full rounded-lg border"
      style={{ background: "#ffffff", colorScheme: "light" }}
    />
  );
}

function Sms({ message }: { message: RenderedDto }) {
  return (
    <div className="mx-auto w-full max-w-80 rounded-2xl border bg-sunken p-4">
      <p className="foreign-text text-center text-fg-3 text-xs">{message.from}</p>
      <p className="foreign-text mt-3 w-fit max-w-[92%] whitespace-pre-wrap rounded-2xl rounded-bl-xs border bg-surface px-3.5 py-2.5 shadow-sm">
        {message.text}
      </p>
      <p className="foreign-text mt-3 text-center text-fg-3 text-xs">
        to {message.to.join(", ")} · {message.text.length} characters
      </p>
    </div>
  );
}
