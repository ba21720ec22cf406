// The page a person looks at: verdict, figures, pictures, table. One self-contained file: inline SVG and CSS, no
// script, nothing fetched; colours follow the reader's light or dark setting.

import { type Assessment, ESTIMATORS, type Estimates } from "./assess.ts";
import { ESTIMATOR_TITLES, estimatorsChart } from "./estimators-chart.ts";
import { autocorrelationChart, balanceChart, histogramChart, runsChart } from "./report-charts.ts";
import { reportPage } from "./report-page.ts";
import type { RestartAssessment } from "./restart.ts";
import { MAX_LAG, type SampleStatistics } from "./sample-statistics.ts";
import { escapeXml, groupDigits } from "./svg-charts.ts";
import type { Verdict } from "./verdict.ts";

export interface Report {
  file: string;
  board: string | null;
  source: string | null;
  bits: number;
  statistics: SampleStatistics;
  /** Null when the file holds restarts only. */
  assessment: Assessment | null;
  restarts: RestartAssessment | null;
  verdict: Verdict;
  /** Warnings and remarks, one sentence each. */
  remarks: string[];
}

export function reportHtml(report: Report): string {
  const { file, board, source, assessment, restarts, verdict, remarks } = report;
  const origin = [board, source, file].filter((part) => part !== null).map((part) => escapeXml(part!));
  const body = `<header>
<h1>Entropy assessment</h1>
<p class="origin">${origin.join(" &middot; ")}</p>
</header>
${verdictSection(report, verdict)}
${remarks.length > 0 ? `<ul class="remarks">${remarks.map((r) => `<li>${escapeXml(r)}</li>`).join("")}</ul>` : ""}
${assessment ? estimatorSection(assessment, verdict.claim) : ""}
${pictureSection(report.statistics)}
${restarts ? restartSection(restarts, report.bits) : ""}
${assessment ? tableSection(assessment) : ""}
<footer>Estimated as NIST SP 800-90B 6.3 describes for sources that are not IID. An estimate is a bound on what these
estimators found, not a proof: it says what the source is not better than.</footer>`;
  return reportPage(`Entropy assessment: ${file}`, body);
}

function verdictSection({ bits, assessment, restarts }: Report, verdict: Verdict): string {
  const kind = verdict.met === null ? "open" : verdict.met ? "met" : "missed";
  const sign = { open: "&ndash;", met: "&#10003;", missed: "&#10007;" }[kind];
  const tiles: [string, string][] = [];
  if (assessment) {
    if (restarts) tiles.push(["assessed", assessment.minEntropy.toFixed(6)]);
    tiles.push(["samples", groupDigits(assessment.samples)]);
    tiles.push(["values that occur", `${assessment.alphabet} of ${1 << bits}`]);
    tiles.push(["H_original", assessment.hOriginal.toFixed(6)]);
    if (assessment.hBitstring !== null)
      tiles.push([`${bits} × H_bitstring`, (bits * assessment.hBitstring).toFixed(6)]);
    tiles.push(["lowest estimate", lowest(assessment)]);
  }
  if (restarts) tiles.push(["restarts", restarts.sanityPassed && restarts.validationPassed ? "passed" : "failed"]);
  const figures = tiles.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("");
  return (
    `<section class="verdict ${kind}"><div class="figure"><strong>${verdict.minEntropy.toFixed(6)}</strong>` +
    `<span>bits of min-entropy in a sample of ${bits}${restarts ? ", after the restart tests" : ""}</span></div>` +
    `<p class="sentence"><span class="sign" aria-hidden="true">${sign}</span>${escapeXml(verdict.sentence)}</p>` +
    `<dl>${figures}</dl></section>`
  );
}

/** The estimator that decided, and on which view of the data. */
function lowest({ bits, literal, bitstring, minEntropy }: Assessment): string {
  for (const name of ESTIMATORS) {
    if (literal[name] === minEntropy) return `${ESTIMATOR_TITLES[name]}, samples`;
    const fromBits = bitstring?.[name] ?? null;
    if (fromBits !== null && fromBits * bits === minEntropy) return `${ESTIMATOR_TITLES[name]}, bits`;
  }
  return "none below full entropy";
}

function card(title: string, note: string, chart: string, kind = ""): string {
  return `<section class="card ${kind}"><h2>${title}</h2><p>${note}</p>${chart}</section>`;
}

function estimatorSection(assessment: Assessment, claim: number | null): string {
  const legend = assessment.bitstring
    ? '<span class="key first"></span>from the samples <span class="key second"></span>from their bits, times bits a sample'
    : '<span class="key first"></span>from the samples';
  const note = `The shortest bar is the assessment. ${legend}`;
  return card("Min-entropy by estimator", note, estimatorsChart(assessment, claim), "wide");
}

function pictureSection(statistics: SampleStatistics): string {
  const band = "The band holds 99 % of what an ideal source would show.";
  return (
    '<div class="cards">' +
    card("Sample values", "Dashed: every value equally often.", histogramChart(statistics)) +
    card("Bit balance", `Share of ones by bit. ${band}`, balanceChart(statistics)) +
    card("Autocorrelation", `With samples up to ${MAX_LAG} back. ${band}`, autocorrelationChart(statistics)) +
    card("Run lengths", "Dots: independent samples with the same histogram.", runsChart(statistics)) +
    "</div>"
  );
}

function restartSection(restarts: RestartAssessment, bits: number): string {
  const { rows, columns, hInitial, hRow, hColumn } = restarts;
  const line = (name: string, seen: string, wanted: string, passed: boolean) =>
    `<tr><th scope="row">${name}</th><td>${seen}</td><td>${wanted}</td>` +
    `<td>${passed ? "&#10003; passed" : "&#10007; failed"}</td></tr>`;
  const count = (name: string, seen: number, cutoff: number) =>
    line(name, groupDigits(seen), `at most ${groupDigits(cutoff)}`, seen <= cutoff);
  const entropy = (name: string, value: number) =>
    line(name, value.toFixed(6), `at least ${(hInitial / 2).toFixed(6)}`, value >= hInitial / 2);
  return (
    `<section class="card wide"><h2>Restarts</h2><p>${groupDigits(rows)} restarts of ${groupDigits(columns)} samples, ` +
    `against an initial entropy of ${hInitial.toFixed(6)} of ${bits} bits.</p>` +
    "<table><thead><tr><th>Test</th><th>Seen</th><th>Wanted</th><th>Result</th></tr></thead><tbody>" +
    count("Most common value in a row", restarts.worstRow, restarts.rowCutoff) +
    count("Most common value in a column", restarts.worstColumn, restarts.columnCutoff) +
    entropy("Min-entropy of the rows, H_r", hRow) +
    entropy("Min-entropy of the columns, H_c", hColumn) +
    "</tbody></table></section>"
  );
}

function tableSection({ bits, literal, bitstring }: Assessment): string {
  const columns: [title: string, estimates: Estimates, factor: number][] = [["Samples, bits a sample", literal, 1]];
  if (bitstring) columns.push(["Bit string, bits a bit", bitstring, 1], [`Bit string × ${bits}`, bitstring, bits]);
  const cell = (value: number | null, factor: number) =>
    value === null ? '<td class="none">&ndash;</td>' : `<td>${(value * factor).toFixed(6)}</td>`;
  const rows = ESTIMATORS.map((name) => {
    const cells = columns.map(([, estimates, factor]) => cell(estimates[name], factor));
    return `<tr><th scope="row">${ESTIMATOR_TITLES[name]}</th>${cells.join("")}</tr>`;
  });
  const titles = columns.map(([title]) => `<th>${title}</th>`);
  return (
    '<section class="card wide"><h2>All estimates</h2><p>A dash: not for this alphabet, or too little data.</p>' +
    `<table><thead><tr><th>Estimator</th>${titles.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></section>`
  );
}
