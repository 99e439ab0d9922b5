import { createElement, type MouseEvent } from "react";
import { expect, it } from "vitest";
import { withProps } from "./with-props";

it("adds what is missing, and lets the element's own handler hear first", () => {
  const heard: string[] = [];
  const button = createElement("button", { type: "button", title: "own", onClick: () => heard.push("own") });
  const { props } = withProps(button, {
    id: "added",
    onClick: () => heard.push("added"),
    onFocus: () => heard.push("focus"),
  });
  props.onClick?.({} as MouseEvent<HTMLElement>);
  expect(heard).toEqual(["own", "added"]);
  expect(props).toMatchObject({ id: "added", title: "own", onFocus: expect.any(Function) });
});
