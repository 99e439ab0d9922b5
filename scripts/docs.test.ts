import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { channelOf } from "@/lib/channels/registry";
import { keyring } from "@/lib/crypto";
import { ruleInputSchema } from "@/lib/domain/alerting/rule";
import { SCENARIOS } from "@/lib/domain/simulation/scenario";
import { EnvError, readEnv } from "@/lib/env";
import { createAnnotationSchema } from "@/lib/features/annotations/schemas";
import { createChannelSchema } from "@/lib/features/channels/schemas";
import { demoSchema } from "@/lib/features/demo/schemas";
import { mailSchema, retentionSchema, twilioSchema } from "@/lib/features/installation/schemas";
import { updateKeysSchema } from "@/lib/features/keys/bulk";
import { createKeySchema } from "@/lib/features/keys/schemas";
import { createLimitSchema } from "@/lib/features/limits/schemas";
import { problemAnswer } from "@/lib/features/openapi/answers/problem";
import { usageAnswer } from "@/lib/features/openapi/answers/usage";
import { paths } from "@/lib/features/openapi/paths/paths";
import { backtestSchema } from "@/lib/features/rules/schemas";
import { createSilenceSchema } from "@/lib/features/silences/schemas";
import { smsBudgetSchema } from "@/lib/features/sms-budget/schemas";
import { createSourceSchema } from "@/lib/features/sources/schemas";
import { createTokenSchema } from "@/lib/features/tokens/schemas";
import { createUserSchema, inviteSchema, preferencesSchema } from "@/lib/features/users/schemas";
import { createViewSchema } from "@/lib/features/views/schemas";
import { ADAPTERS } from "@/lib/ingest/adapters/registry";
import { fillSetup } from "@/lib/ingest/adapters/setup";
import { checkEvent } from "@/lib/ingest/check";
import { endpointOf } from "@/lib/ingest/endpoint";
import { USAGE as CLI } from "./keygauge/usage";
import { USAGE as SIMULATE } from "./simulation/arguments";

const root = resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

const FILES = [
  ...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...["docs", "docs/gateways"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];
const DOCS = FILES.map((file) => ({ file, text: read(file) }));

interface Fence {
  file: string;
  /** What stands behind the backticks: a language, and for JSON what it is an example of. */
  info: string;
  code: string;
}
const fences: Fence[] = DOCS.flatMap(({ file, text }) =>
  [...text.matchAll(/^( *)```(.*)\n([\s\S]*?)^\1```$/gm)].map(([, , info = "", code = ""]) => ({
    file,
    info,
    code,
  })),
);

/** Everything in code: inline and in fences. */
const codeOf = (text: string): string[] => [
  ...[...text.matchAll(/```.*\n([\s\S]*?)```/g)].map(([, code = ""]) => code),
  ...[...text.replace(/```.*\n[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code),
];

/** As GitHub makes the anchors of headings. */
const anchorsOf = (text: string): string[] =>
  [...text.replace(/```.*\n[\s\S]*?```/g, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );

describe.each(DOCS)("$file", ({ file, text }) => {
  it("links to what exists", () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    for (const target of targets.filter((one) => !/^https?:/.test(one))) {
      const [path = "", anchor] = target.split("#");
      const found = path === "" ? file : join(dirname(file), path);
      expect(existsSync(join(root, found)), `${file}: ${target}`).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(read(found)), `${file}: ${target}`).toContain(anchor);
    }
  });

  it("names files and folders that exist", () => {
    const named = codeOf(text).flatMap((code) =>
      [...code.matchAll(/(?<![\w./-])(?:app|components|docs|lib|prisma|scripts|tests)\/[\w./()[\]-]+/g)].map(
        ([path]) => path.replace(/[.,/]+$/, ""),
      ),
    );
    for (const path of named) {
      // Imports are written without their extension.
      const exists = ["", ".ts"].some((extension) => existsSync(join(root, path + extension)));
      expect(exists, `${file}: ${path}`).toBe(true);
    }
  });

  it("names npm scripts and commands that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    for (const code of codeOf(text)) {
      for (const [, name = ""] of code.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[\w-]+)/g))
        expect(Object.keys(scripts), `${file}: ${code}`).toContain(name);
      for (const [, command = ""] of code.matchAll(
        /npm run keygauge -- ([a-z]+(?: [a-z][a-z-]+(?![\w@.]))?)/g,
      ))
        expect(CLI, `${file}: ${code}`).toContain(`  ${command}`);
    }
  });

  it("names paths of the API that exist", () => {
    const known = Object.keys(paths).map((path) => path.replace(/\{\w+\}/g, "{}"));
    const named = codeOf(text).flatMap((code) =>
      [...code.matchAll(/(?:\/api\/v1|\$KEYGAUGE)(\/[\w/{}$.-]+)/g)].map(([, path = ""]) =>
        `/api/v1${path}`.replace(/\{\w+\}|\$\w+/g, "{}").replace(/[./]+$/, ""),
      ),
    );
    // OTLP exporters append the rest to a base address.
    for (const path of named)
      if (endpointOf(path) === null && endpointOf(`${path}/v1/logs`) === null)
        expect(known, `${file}: ${path}`).toContain(path);
  });
});

describe("JSON examples", () => {
  const event = (value: unknown) =>
    checkEvent(value, 0, {
      ring: keyring("a secret"),
      sourceId: 1,
      now: Date.parse("2026-11-23T14:10:00Z"),
      retentionDays: 30,
      idempotencyKey: null,
      identities: new Map(),
    });
  const by = (schema: z.ZodType) => (value: unknown) => schema.parse(value);
  const channel = (value: unknown) => {
    const { kind, config } = createChannelSchema.parse(value);
    const given = { ...channelOf(kind).generate?.(), ...config };
    expect(channelOf(kind).configSchema.safeParse(given).error).toBeUndefined();
  };
  const stored = paths["/api/v1/events"]?.operations.post?.answers[200]?.schema as z.ZodType;
  const CHECKS: Record<string, (value: unknown) => unknown> = {
    event,
    events: (value) => (value as { events: unknown[] }).events.map(event),
    rule: by(ruleInputSchema),
    backtest: by(backtestSchema),
    keys: by(updateKeysSchema),
    view: by(createViewSchema),
    limit: by(createLimitSchema),
    channel,
    silence: by(createSilenceSchema),
    annotation: by(createAnnotationSchema),
    "sms-budget": by(smsBudgetSchema),
    demo: by(demoSchema),
    preferences: by(preferencesSchema),
    invitation: by(inviteSchema),
    mail: by(mailSchema),
    twilio: by(twilioSchema),
    retention: by(retentionSchema),
    key: by(createKeySchema),
    source: by(createSourceSchema),
    token: by(createTokenSchema),
    user: by(createUserSchema),
    result: by(stored),
    problem: by(problemAnswer),
    // Of another gateway: compared with the adapter's below.
    setup: (value) => value,
    usage: by(usageAnswer),
  };

  it.each(fences.filter(({ info }) => info.startsWith("json")))("parse: $file $info", ({ info, code }) => {
    const kind = info.split(" ")[1] ?? "";
    expect(Object.keys(CHECKS)).toContain(kind);
    expect(() => CHECKS[kind]?.(JSON.parse(code))).not.toThrow();
  });

  it("are sent by curl as events that are taken", () => {
    const bodies = fences.flatMap(({ code }) =>
      [...code.matchAll(/-d '(\{"key".*?\})'/g), ...code.matchAll(/'(\{"key"[^']*\})'(?= )/g)].map(
        ([, body = ""]) => body,
      ),
    );
    expect(bodies.length).toBeGreaterThan(2);
    for (const body of bodies) expect(() => event(JSON.parse(body)), body).not.toThrow();
  });
});

describe("settings", () => {
  const variables = [...read("lib/env.ts").matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name = ""]) => name);
  const rows = [...read("docs/install.md").matchAll(/^\| `([A-Z_]+)` \|(.*)\|(.*)\|(.*)\|$/gm)];

  it("are all in the table, once, and none that does not exist", () => {
    expect(variables.length).toBeGreaterThan(20);
    const documented = rows.map(([, name]) => name);
    expect(documented.toSorted()).toEqual(variables.toSorted());
  });

  it("say what the table says when they are wrong", () => {
    const wrong = ["!", "x", ",/", "ftp://"];
    for (const [, name = "", , , says = ""] of rows) {
      const words = says.trim().replace(/&lt;/g, "<").replace(/&gt;/g, ">").split(/,? …/)[0] ?? "";
      if (!words.startsWith("expected")) continue;
      const messages = wrong.flatMap((value) => {
        try {
          readEnv({ [name]: value });
          return [];
        } catch (error) {
          if (!(error instanceof EnvError)) throw error;
          return error.problems.filter((problem) => problem.name === name).map(({ message }) => message);
        }
      });
      expect(
        messages.some((message) => message.startsWith(words)),
        `${name}: ${messages}`,
      ).toBe(true);
    }
  });

  it("named anywhere exist", () => {
    // Variables of the shell in examples, of the tests, of the C library, and words that look like one.
    const others = ["KEYGAUGE_TOKEN", "CHROMIUM_PATH", "FC_SEED", "FC_RUNS", "MALLOC_ARENA_MAX", "AC", "MG"];
    // What a gateway's page names are that gateway's own.
    for (const { file, text } of DOCS.filter(({ file }) => !file.startsWith("docs/gateways/"))) {
      for (const code of codeOf(text)) {
        for (const [name] of code.matchAll(/(?<![\w$])[A-Z][A-Z]+_[A-Z_]+\b/g))
          expect([...variables, ...others], `${file}: ${name}`).toContain(name);
      }
    }
  });
});

it.each(ADAPTERS)("the page of $format repeats its set-up", ({ format, setup }) => {
  const page = read(`docs/gateways/${format}.md`);
  const shown = [...page.matchAll(/^```\w+ setup\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
  const filled = setup.map(({ text }) => `${fillSetup(text, format, "http://localhost:3000", "kgi_…")}\n`);
  expect(shown).toEqual(filled);
  for (const { title } of setup) expect(page).toContain(`${title}:\n`);
});

it("the scenarios of the simulator are those there are", () => {
  const line = /Scenarios: (.*?)\./.exec(read("docs/gateways.md"))?.[1] ?? "";
  expect([...line.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual([...SCENARIOS]);
  expect(SIMULATE).toContain("--backfill");
});

it("the lines of a failed start are those the program prints", () => {
  const sources = ["lib/server", "lib/features/users", "scripts"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|mjs)$/.test(file) && !file.endsWith(".test.ts"))
      .map((file) => read(join(folder, file))),
  );
  const plain = (text: string) =>
    text
      .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "…")
      .replace(/\s+/g, " ")
      .replace(/…(?:\.…)+/g, "…");
  const printed = plain(sources.join("\n"));
  const section = read("docs/operations.md").split("## When it does not start")[1]?.split("\n## ")[0] ?? "";
  const lines = [...section.matchAll(/^\| ([^|]+) \|/gm)].map(([, line = ""]) => line).slice(1);
  expect(lines.length).toBeGreaterThan(15);
  for (const line of lines) if (!line.startsWith("*NAME*")) expect(printed, line).toContain(line);
});
