import { describe, expect, it } from "vitest";
import { listQuery, listSearch } from "./list-query";

const searchOf = (address: string) => listSearch(new URLSearchParams(address)).toString();
const queryOf = (address: string) => listQuery(listSearch(new URLSearchParams(address)), "UTC").toString();

describe("the address of the list of keys", () => {
  it.each([
    ["", ""],
    ["state=ok&state=at_risk&tag=a&tag=b=c", "state=ok&state=at_risk&tag=a&tag=b%3Dc"],
    ["q=first&q=last&cols=state.rate", "q=last&cols=state.rate"],
    ["range=1h&limit=500&offset=50", ""],
  ])("says of %j what the list knows", (address, search) => {
    expect(searchOf(address)).toBe(search);
  });

  it.each([
    ["", "sort=state&tz=UTC"],
    ["cols=state", "sort=state&tz=UTC"],
    ["state=ok&sort=-name&tz=Europe/Berlin", "tz=UTC&state=ok&sort=-name"],
    ["tag=a&tag=b&retired=true", "sort=state&tz=UTC&tag=a&tag=b&retired=true"],
  ])("asks for %j in the viewer's zone, the worst first", (address, query) => {
    expect(queryOf(address)).toBe(query);
  });
});
