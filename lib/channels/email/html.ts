import { type Content, TONE_COLOURS, type Tone } from "../content";
import type { Bars } from "./bars";

/** Everything a mail shows, already in words. Nothing in it is HTML; links are safe to follow. */
export interface EmailContent extends Content {
  /** Of the bars for which the rule holds. */
  breachTone: Tone;
  /** One line that previews of a mail show after the subject. */
  preview: string;
  chart: (Bars & { title: string; thresholdLabel: string; fromLabel: string; toLabel: string }) | null;
  footer: string;
  unsubscribe: string | undefined;
}

const TONES: Record<Tone, { light: string; dark: string; glyph: string }> = {
  critical: { light: TONE_COLOURS.critical, dark: "#fb5c6b", glyph: "▲" },
  warning: { light: TONE_COLOURS.warning, dark: "#e2a63b", glyph: "●" },
  resolved: { light: TONE_COLOURS.resolved, dark: "#2fbf95", glyph: "✓" },
  quiet: { light: TONE_COLOURS.quiet, dark: "#a3abb6", glyph: "○" },
  test: { light: TONE_COLOURS.test, dark: "#6b9bff", glyph: "●" },
};

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;";
const CHART_HEIGHT = 84;

/** The HTML part: tables and inline styles, which every mail client draws; dark where the client says so. */
export function emailHtml(content: EmailContent): string {
  const tone = TONES[content.tone];
  const hit = TONES[content.breachTone];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(content.name)}</title><style>${styles(tone, hit)}</style></head>
<body class="bg" style="margin:0;padding:0;background:#f4f5f7;${FONT}">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(content.preview)}${"&#8199;&#65279;".repeat(40)}</div>
<table role="presentation" class="bg" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f4f5f7"><tr>
<td class="out" align="center" style="padding:24px 12px">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" style="max-width:600px;background:#ffffff;border:1px solid #e6e8ec;border-radius:12px;border-collapse:separate">
<tr><td class="in" style="padding:22px 28px 0;text-align:left;font-size:13px;line-height:20px">
<span class="tone" style="color:${tone.light};font-weight:600">${tone.glyph}&nbsp; ${escapeHtml(content.state)}</span><span class="t2" style="color:#565d68">&nbsp; ${escapeHtml(content.happened)}</span></td></tr>
<tr><td class="in t1 wrap" style="padding:10px 28px 0;text-align:left;color:#14171c;font-size:22px;line-height:28px;font-weight:600;letter-spacing:-.01em;word-break:break-word;overflow-wrap:anywhere">${isolate(content.name)}</td></tr>
${content.detail === "" ? "" : `<tr><td class="in t3 wrap" style="padding:2px 28px 0;text-align:left;color:#6b727d;font-size:13px;line-height:20px;${MONO}word-break:break-word;overflow-wrap:anywhere">${isolate(content.detail)}</td></tr>`}
${readingRow(content)}
${content.note === "" ? "" : `<tr><td class="in t2" style="padding:14px 28px 0;text-align:left;color:#565d68;font-size:14px;line-height:21px;overflow-wrap:anywhere">${isolate(content.note)}</td></tr>`}
${content.chart === null ? "" : chartRow(content.chart, hit)}
${content.facts.length === 0 ? "" : factsRow(content.facts)}
${content.buttons.length === 0 ? "" : buttonsRow(content.buttons)}
<tr><td style="padding:0 0 26px;font-size:0;line-height:0">&nbsp;</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px"><tr>
<td class="in t3 wrap" style="padding:14px 28px 24px;text-align:left;color:#6b727d;font-size:12px;line-height:18px;overflow-wrap:anywhere">${isolate(content.footer)}${content.unsubscribe === undefined ? "" : ` <a class="t3" href="${escapeHtml(content.unsubscribe)}" style="color:#6b727d">Stop these messages</a>`}</td>
</tr></table>
</td></tr></table></body></html>`;
}

function styles(tone: { dark: string }, hit: { dark: string }): string {
  return `:root{color-scheme:light dark;supported-color-schemes:light dark}
td,a,span{font-variant-numeric:tabular-nums}
@media (max-width:480px){.out{padding:0!important}.card{border-left:0!important;border-right:0!important;border-radius:0!important}.in{padding-left:18px!important;padding-right:18px!important}.val{font-size:30px!important;line-height:36px!important}.btn{display:block!important;text-align:center!important}.bt,.bt>tbody,.bt>tbody>tr{display:block!important;width:100%!important}.bw{display:block!important;width:100%!important;padding:0 0 10px!important}}
@media (prefers-color-scheme:dark){.bg{background:#0b0d10!important}.card{background:#111418!important;border-color:#20252c!important}.t1{color:#eceef1!important}.t2{color:#a3abb6!important}.t3{color:#8b93a0!important}.tone{color:${tone.dark}!important}.hit{background:${hit.dark}!important}.bar{background:#3a424d!important}.line{border-color:#20252c!important}.thr{border-color:#8b93a0!important}.b1{background:#eceef1!important}.b1 a{color:#14171c!important}.b2{border-color:#2e353e!important}.b2 a{color:#eceef1!important}}`;
}

function readingRow({ value, window, condition }: EmailContent): string {
  if (value === "") return "";
  const small = [window, condition].filter((part) => part !== "").join(" · ");
  return `<tr><td class="in t1 val" style="padding:18px 28px 0;text-align:left;color:#14171c;font-size:34px;line-height:40px;font-weight:600;letter-spacing:-.02em">${escapeHtml(value)}</td></tr>
<tr><td class="in t2" style="padding:2px 28px 0;text-align:left;color:#565d68;font-size:14px;line-height:21px">${escapeHtml(small)}</td></tr>`;
}

/** Two rows of cells that meet at the threshold: what stands out above the line is over it. */
function chartRow(chart: NonNullable<EmailContent["chart"]>, tone: { light: string }): string {
  const line = Math.round((chart.threshold ?? 0) * CHART_HEIGHT);
  const upper = chart.bars.map(({ height, breach }) =>
    cell(Math.max(0, Math.round((height ?? 0) * CHART_HEIGHT) - line), breach, tone),
  );
  const lower = chart.bars.map(({ height, breach }) =>
    // A value of zero still leaves a trace; no value at all leaves none.
    cell(
      height === null ? 0 : Math.min(Math.max(2, Math.round(height * CHART_HEIGHT)), line || CHART_HEIGHT),
      breach,
      tone,
    ),
  );
  const columns = chart.bars.length;
  const rows =
    chart.threshold === null
      ? `<tr>${lower.join("").replaceAll("@", String(CHART_HEIGHT))}</tr>`
      : `<tr>${upper.join("").replaceAll("@", String(CHART_HEIGHT - line))}</tr><tr><td class="thr" colspan="${columns}" style="border-top:1px dashed #868d98;font-size:0;line-height:0;height:0"></td></tr><tr>${lower.join("").replaceAll("@", String(line))}</tr>`;
  const label = `padding:4px 0 0;color:#6b727d;font-size:12px;line-height:16px`;
  return `<tr><td class="in" style="padding:22px 28px 0">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="t3" align="left" style="${label};padding:0 0 6px">${escapeHtml(chart.title)}</td><td class="t3" align="right" style="${label};padding:0 0 6px;white-space:nowrap">${chart.threshold === null ? "" : `<span class="t3" style="color:#868d98">- - -</span> ${escapeHtml(chart.thresholdLabel)}`}</td></tr></table>
<table role="img" aria-label="${escapeHtml(chart.title)}" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed;border-collapse:collapse">${rows}</table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="t3 line" align="left" style="${label};border-top:1px solid #e6e8ec">${escapeHtml(chart.fromLabel)}</td><td class="t3 line" align="right" style="${label};border-top:1px solid #e6e8ec">${escapeHtml(chart.toLabel)}</td></tr></table>
</td></tr>`;
}

/** One column's part of a bar, standing on the cell's floor; `@` is the row's height. Outlook knows heights of cells only. */
function cell(height: number, breach: boolean, tone: { light: string }): string {
  const colour = breach ? tone.light : "#c3c8d1";
  const bar =
    height === 0
      ? ""
      : `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="${breach ? "hit" : "bar"}" height="${height}" bgcolor="${colour}" style="height:${height}px;background:${colour};font-size:0;line-height:0">&nbsp;</td></tr></table>`;
  return `<td height="@" valign="bottom" style="height:@px;padding:0 1px;font-size:0;line-height:0;vertical-align:bottom">${bar}</td>`;
}

function factsRow(facts: EmailContent["facts"]): string {
  const rows = facts.map(
    ({ label, text }) =>
      `<tr><td class="t3 line" valign="top" width="34%" style="padding:8px 12px 8px 0;border-top:1px solid #e6e8ec;text-align:left;color:#6b727d;font-size:13px;line-height:19px;overflow-wrap:anywhere">${isolate(label)}</td><td class="t1 line" valign="top" style="padding:8px 0;border-top:1px solid #e6e8ec;text-align:left;color:#14171c;font-size:13px;line-height:19px;word-break:break-word;overflow-wrap:anywhere">${isolate(text)}</td></tr>`,
  );
  return `<tr><td class="in" style="padding:22px 28px 0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">${rows.join("")}</table></td></tr>`;
}

function buttonsRow(buttons: EmailContent["buttons"]): string {
  const cells = buttons.map(({ text, link }, index) => {
    const first = index === 0;
    const box = first ? "background:#14171c;border:1px solid #14171c" : "border:1px solid #d5d8de";
    return `<td class="bw" style="padding:0 10px 0 0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="${first ? "b1" : "b2"}"${first ? ' bgcolor="#14171c"' : ""} style="${box};border-radius:8px"><a class="btn" href="${escapeHtml(link)}" style="display:inline-block;padding:10px 18px;color:${first ? "#ffffff" : "#14171c"};font-size:14px;line-height:20px;font-weight:500;text-decoration:none">${escapeHtml(text)}</a></td></tr></table></td>`;
  });
  return `<tr><td class="in" style="padding:24px 28px 0;text-align:left"><table role="presentation" class="bt" cellpadding="0" cellspacing="0" border="0"><tr>${cells.join("")}</tr></table></td></tr>`;
}

/** Text of others, which may run right to left, kept from reordering what stands around it. */
function isolate(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
