import { cloneElement, type HTMLAttributes, type ReactElement } from "react";

/** What of an element others may see to. */
export type Handlers = HTMLAttributes<HTMLElement>;

type Handler = (event: never) => void;

/** An element with further props. Of an event both hear: the element's own handler first. */
export function withProps(element: ReactElement<Handlers>, props: Handlers): ReactElement<Handlers> {
  const own = element.props as Record<string, unknown>;
  const merged = Object.entries(props).map(([name, value]) => {
    const before = own[name];
    if (typeof value !== "function" || typeof before !== "function") return [name, value];
    const both = (event: never) => {
      (before as Handler)(event);
      (value as Handler)(event);
    };
    return [name, both];
  });
  return cloneElement(element, Object.fromEntries(merged));
}
