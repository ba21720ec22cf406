// The report of a bench run as a page: one self-contained file, inline SVG and CSS, no script, nothing fetched.
import { reportPage } from "../assessment/report-page.ts";
import { bar, drawPlot, escapeXml, groupDigits, level, point, ticks } from "../assessment/svg-charts.ts";
import type { Comparison } from "./compare.ts";
import type { BenchReport } from "./report.ts";
import { figureText, secondsText, whole } from "./report-text.ts";

/** Height of a row of a chart whose bars lie. */
const ROW = 22;
const WIDTH = 640;
const NAMES = 250;
const VALUES = 110;

interface Lying {
  name: string;
  value: number;
  text: string;
}

/** Bars that lie, on a logarithmic scale: times of primitives differ by thousands. */
function lyingBars(rows: Lying[], description: string, isLogarithmic: boolean): string {
  const values = rows.map(({ value }) => value).filter((value) => value > 0);
  const [low, high] = [Math.min(...values) / 2, Math.max(...values)];
  const room = WIDTH - NAMES - VALUES;
  const length = (value: number) =>
    value <= 0 ? 0 : isLogarithmic ? (room * Math.log(value / low)) / Math.log(high / low) : (room * value) / high;
  const marks = rows.map(({ name, value, text }, i) => {
    const y = i * ROW;
    const width = point(Math.max(1, length(value)));
    return (
      `<text class="tick" x="${NAMES - 8}" y="${y + 15}" text-anchor="end">${escapeXml(name)}</text>` +
      `<rect class="first" x="${NAMES}" y="${y + 4}" width="${width}" height="${ROW - 8}"><title>${escapeXml(`${name}: ${text}`)}</title></rect>` +
      `<text class="value" x="${point(NAMES + Number(width) + 6)}" y="${y + 15}">${escapeXml(text)}</text>`
    );
  });
  const view = `0 0 ${WIDTH} ${rows.length * ROW + 4}`;
  return `<svg viewBox="${view}" role="img" aria-label="${escapeXml(description)}">${marks.join("")}</svg>`;
}

function card(title: string, note: string, content: string, kind = "wide"): string {
  return `<section class="card ${kind}"><h2>${title}</h2><p>${note}</p>${content}</section>`;
}

function htmlTable(heads: string[], rows: string[][]): string {
  const body = rows.map(
    ([first, ...rest]) =>
      `<tr><th scope="row">${escapeXml(first)}</th>${rest.map((cell) => `<td>${escapeXml(cell)}</td>`).join("")}</tr>`,
  );
  return `<table><thead><tr>${heads.map((head) => `<th>${escapeXml(head)}</th>`).join("")}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

const sign = (passed: boolean): string => (passed ? "✓" : "✗ failed");

function cryptoSection({ crypto }: BenchReport): string {
  if (!crypto?.length) return "";
  const rows = crypto.map(({ name, seconds: s }) => ({ name, value: s, text: secondsText(s) }));
  const cells = crypto.map((row) => [
    row.name,
    sign(row.passed),
    secondsText(row.seconds),
    row.bytes ? whole(Math.round(row.bytes / row.seconds)) : "–",
    whole(row.variables),
    whole(row.stackFree),
    row.source,
  ]);
  return (
    card(
      "Time of each primitive",
      "By the board's clock; the scale is logarithmic.",
      lyingBars(rows, "time of each primitive", true),
    ) +
    card(
      "Known answers",
      "Variables above those in use before; a dash: the engine does not tell.",
      htmlTable(["Primitive", "Answer", "Time", "Bytes a second", "Variables", "Stack left", "Answer from"], cells),
    )
  );
}

function setupSection({ setup }: BenchReport): string {
  if (!setup) return "";
  const by = setup.by === "console" ? "HTTP went through the console." : "HTTP went by the board's network.";
  const phases = [
    { name: "boot until healthy noise", value: setup.bootSeconds },
    ...setup.phases.map(({ name, seconds: s, boardSeconds }) => ({ name, value: boardSeconds ?? s })),
  ].map((phase) => ({ ...phase, text: secondsText(phase.value) }));
  const { rest, open, peak, after, total } = setup.variables;
  const steps = [rest, open, peak, after].map((value, i) => ({
    name: ["at rest", "window open", "most in a setup", "after it"][i],
    value,
  }));
  const known = steps.filter((s): s is { name: string; value: number } => s.value !== null);
  const high = Math.max(...known.map(({ value }) => value), total ?? 0) * 1.05;
  const plot = known.length
    ? drawPlot({
        description: "engine variables in use",
        x: { low: 0, high: known.length, ticks: known.map(({ name }, i) => ({ at: i + 0.5, label: name })) },
        y: { low: 0, high, ticks: ticks(0, high, 5) },
        ...{ xTitle: "", yTitle: "variables in use" },
        marks: (scale) =>
          known
            .map(({ name, value }, i) => bar(scale, i, i + 1, 0, value, "first", `${name}: ${groupDigits(value)}`))
            .join("") + (total === null ? "" : level(scale, total, "claim")),
      })
    : "";
  return (
    card(
      `A setup: ${escapeXml(setup.suite)}, ${setup.path}`,
      `${by} All of it took ${secondsText(setup.seconds)} for the client.`,
      lyingBars(phases, "seconds of each phase", false),
    ) +
    (plot &&
      `<div class="cards">${card("Variables", total === null ? "" : `Dashed: the ${whole(total)} that there are.`, plot, "")}</div>`)
  );
}

function caseSection({ cases }: BenchReport): string {
  if (!cases) return "";
  const rows = cases.map((row) => [row.name, sign(row.passed), secondsText(row.seconds)]);
  return card("Setup cases", "The simulator's tests run the same ones.", htmlTable(["Case", "Result", "Time"], rows));
}

function entropySection({ entropy }: BenchReport): string {
  if (!entropy) return "";
  const rows = entropy.map((row) => [
    row.source,
    sign(row.passed),
    whole(row.samples),
    `${row.minEntropy.toFixed(3)} of ${row.bits}`,
    String(row.claim),
  ]);
  const note = "Min-entropy by NIST SP 800-90B; a statement needs a million samples, fewer only find what is broken.";
  return card("Noise", note, htmlTable(["Source", "Claim met", "Samples", "Bits a sample", "Claimed"], rows));
}

function comparisonSection(comparison: Comparison | undefined, file: string): string {
  if (!comparison) return "";
  const rows = comparison.differences.map((d) => [
    d.name,
    figureText(d.earlier, d.unit),
    figureText(d.now, d.unit),
    `${Number.isFinite(d.ratio) ? d.ratio.toFixed(2) : "–"}${d.isWorse ? " worse" : ""}`,
  ]);
  const note = [...comparison.remarks.map(escapeXml), "Worse: by more than 5 %."].join(" &middot; ");
  return card(`Compared with ${escapeXml(file)}`, note, htmlTable(["Figure", "Earlier", "Now", "Ratio"], rows));
}

/** @param file of the earlier report. */
export function reportHtml(report: BenchReport, comparison?: Comparison, file = ""): string {
  const { board, date, failures, wib } = report;
  const kind = failures.length ? "missed" : "met";
  const said = failures.length ? `${failures.length} failed` : "nothing failed";
  const body = `<header>
<h1>${escapeXml(board.title)} on the bench</h1>
<p class="origin">${[board.name, `Espruino ${board.engine}`, `chip ${board.chip}`, date, `Wib ${wib}`].map(escapeXml).join(" &middot; ")}</p>
</header>
<section class="verdict ${kind}"><p class="sentence"><span class="sign" aria-hidden="true">${failures.length ? "✗" : "✓"}</span>${said}</p>
<ul>${failures.map((failure) => `<li>${escapeXml(failure)}</li>`).join("")}</ul></section>
${cryptoSection(report)}
${setupSection(report)}
${caseSection(report)}
${entropySection(report)}
${comparisonSection(comparison, file)}`;
  return reportPage(`Wib bench: ${board.name}`, body);
}
