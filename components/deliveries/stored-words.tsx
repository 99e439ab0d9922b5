"use client";

import { Fragment } from "react";
import { Instant } from "@/components/ui/relative-time";
import { TextLink } from "@/components/ui/text-link";
import { wordParts } from "./words";

/** Words as they are stored with a message, for the one who reads them: times in their zone, deliveries to go to. */
export function StoredWords({ text }: { text: string }) {
  return wordParts(text).map((part) => (
    <Fragment key={part.from}>
      {part.kind === "text" && part.text}
      {part.kind === "instant" && <Instant at={Date.parse(part.text)} />}
      {part.kind === "delivery" && <TextLink href={`/deliveries/${part.text}`}>{part.text}</TextLink>}
    </Fragment>
  ));
}
