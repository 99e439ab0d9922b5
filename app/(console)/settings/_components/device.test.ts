import { describe, expect, it } from "vitest";
import { describeDevice } from "./device";

const LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)";

describe("a device", () => {
  it.each([
    [`${LINUX} Chrome/140.0.0.0 Safari/537.36`, "Chrome on Linux"],
    [`${LINUX} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`, "Edge on Linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0",
      "Firefox on Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1",
      "Safari on iPhone",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15",
      "Safari on macOS",
    ],
    ["curl/8.5.0", "curl/8.5.0"],
    [null, "Unknown device"],
  ])("%s", (agent, expected) => {
    expect(describeDevice(agent)).toBe(expected);
  });
});
