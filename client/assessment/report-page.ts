// The page round a report: one self-contained file, nothing fetched. Two data colours, blue and orange, told apart in
// every kind of colour blindness; a verdict is always also said in words and by a sign.
import { escapeXml } from "./svg-charts.ts";

const PAGE_STYLE = `
:root {
  --page: #f4f5f7; --card: #ffffff; --edge: #dfe2e7; --text: #1b1f26; --soft: #5b6472; --grid: #e8eaee;
  --first: #2f6fb5; --second: #d0812c; --band: #dfe9f5; --mark: #1b1f26;
  --met: #1c7a43; --missed: #b3261e; --open: #5b6472;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171c; --card: #1d2128; --edge: #323843; --text: #e8eaee; --soft: #9ba4b3; --grid: #2b313b;
    --first: #6ca6e8; --second: #e5a055; --band: #263447; --mark: #e8eaee;
    --met: #63c98b; --missed: #f2837b; --open: #9ba4b3;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 40px; }
h1 { font-size: 24px; margin: 0; }
h2 { font-size: 16px; margin: 0; }
.origin { margin: 2px 0 18px; color: var(--soft); overflow-wrap: anywhere; }
.verdict { background: var(--card); border: 1px solid var(--edge); border-left: 6px solid var(--open); border-radius: 8px; padding: 18px 22px; }
.verdict.met { border-left-color: var(--met); }
.verdict.missed { border-left-color: var(--missed); }
.figure strong { font-size: 38px; line-height: 1.1; font-variant-numeric: tabular-nums; margin-right: 12px; }
.figure span { color: var(--soft); }
.sentence { margin: 8px 0 14px; font-weight: 600; }
.sign { margin-right: 8px; font-size: 18px; }
.met .sentence { color: var(--met); }
.missed .sentence { color: var(--missed); }
dl { display: flex; flex-wrap: wrap; gap: 10px 34px; margin: 0; }
dt { color: var(--soft); font-size: 13px; }
dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.remarks { margin: 14px 0 0; padding: 10px 14px 10px 32px; border: 1px solid var(--edge); border-radius: 8px; color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 430px), 1fr)); gap: 16px; margin-top: 16px; }
.card { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 16px 18px 12px; min-width: 0; }
.card.wide { margin-top: 16px; overflow-x: auto; }
.card p { margin: 2px 0 10px; color: var(--soft); font-size: 14px; }
.key { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin: 0 6px 0 12px; vertical-align: -1px; }
.key.first { background: var(--first); }
.key.second { background: var(--second); }
.card.wide svg { min-width: 600px; }
svg { display: block; width: 100%; height: auto; font-family: inherit; }
svg text { fill: var(--text); font-size: 13px; font-variant-numeric: tabular-nums; }
svg .tick, svg .axis { fill: var(--soft); font-size: 12px; }
svg .grid { stroke: var(--grid); }
svg .base { stroke: var(--soft); }
svg .first { fill: var(--first); }
svg .second { fill: var(--second); }
svg .first:hover, svg .second:hover { opacity: 0.75; }
svg .band { fill: var(--band); }
svg .dot { fill: var(--card); stroke: var(--mark); stroke-width: 1.6; }
svg .expected { stroke: var(--mark); stroke-dasharray: 5 4; }
svg .claim { stroke: var(--mark); stroke-width: 1.6; stroke-dasharray: 5 4; }
svg .claim-label { font-weight: 600; font-size: 12px; }
svg .value { font-size: 12px; paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 5px 10px; border-top: 1px solid var(--grid); font-weight: normal; }
thead th { color: var(--soft); font-size: 13px; border-top: 0; }
th:first-child { text-align: left; }
.none { color: var(--soft); }
footer { margin-top: 20px; color: var(--soft); font-size: 13px; }
`;

/** @param title plain text. @param body the contents of main, HTML. */
export function reportPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeXml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}
