"""The page's style sheet: light and dark, on screen and on paper."""

STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --dim: #626c7a; --line: #dfe3e8; --paper: #ffffff; --soft: #f5f7f9;
  --good: #1a7f4b; --bad: #c02f2f; --unsure: #9a6700; --accent: #2b6cb0; --wash: #2b6cb022; --badwash: #c02f2f14; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --dim: #97a1af; --line: #333b47; --paper: #14181e;
  --soft: #1c222a; --good: #4fc289; --bad: #ff8585; --unsure: #e3b04b; --accent: #6cb0f5; --wash: #6cb0f526;
  --badwash: #ff85851f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, sans-serif; }
main { max-width: 1060px; margin: 0 auto; padding: 40px 24px 72px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 2px; letter-spacing: -.01em; }
h2 { font-size: 17px; margin: 40px 0 12px; }
p { margin: 0 0 8px; }
.dim { color: var(--dim); }
code, .excerpt { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
header { display: grid; grid-template-columns: auto 1fr; gap: 4px 28px; align-items: center; }
.grade { width: 112px; height: 112px; border-radius: 20px; display: grid; place-items: center; color: var(--tone);
  border: 3px solid var(--tone); font-size: 64px; font-weight: 700; line-height: 1; background: var(--soft); }
.outcome { font-size: 17px; font-weight: 600; color: var(--tone); margin: 6px 0 2px; }
.meter { display: flex; height: 10px; border-radius: 5px; overflow: hidden; background: var(--line);
  margin: 26px 0 8px; gap: 2px; }
.meter i { display: block; } .meter .good { background: var(--good); } .meter .bad { background: var(--bad); }
.meter .unsure { background: var(--unsure); } .meter .none { background: var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 22px; color: var(--dim); font-size: 13.5px; }
.legend b { color: var(--ink); }
.stumbled { border-left: 5px solid var(--bad); background: var(--badwash); padding: 8px 14px; margin: 22px 0 0; }
.bill { border: 1px solid var(--line); border-radius: 10px; padding: 14px 20px 16px; background: var(--soft);
  margin: 26px 0 30px; }
.bill h2 { margin: 0 0 6px; font-size: 15.5px; }
.bill ul { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 4px 30px; }
.bill li { border-left: 3px solid var(--accent); padding-left: 10px; }
article { border: 1px solid var(--line); border-left: 5px solid var(--tone); border-radius: 8px; margin: 0 0 14px;
  padding: 13px 18px 10px; display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 6px 26px; }
article h3 { margin: 0; font-size: 15.5px; grid-column: 1 / -1; }
article h3 .id { color: var(--tone); margin-right: 6px; }
.tag { font-size: 12px; font-weight: 600; color: var(--tone); border: 1px solid var(--tone); border-radius: 9px;
  padding: 0 8px; margin-left: 8px; vertical-align: 1px; white-space: nowrap; }
.summary { margin-bottom: 4px; }
.evidence { list-style: none; margin: 0 0 8px; padding: 7px 12px; background: var(--soft); border-radius: 6px; }
.evidence li { padding: 3px 0; overflow-wrap: anywhere; } .where { color: var(--dim); font-size: 13px; }
.fix b { color: var(--good); }
figure { margin: 0 0 22px; }
figcaption { display: flex; flex-wrap: wrap; gap: 0 14px; align-items: baseline; margin-bottom: 2px; }
.picture { width: 100%; height: auto; display: block; font: 11px system-ui, sans-serif; }
.picture .area { fill: var(--wash); }
.picture .curve { fill: none; stroke: var(--accent); stroke-width: 1.5; stroke-linejoin: round; }
.picture .limit { stroke: var(--bad); stroke-width: 1.2; stroke-dasharray: 6 4; }
.picture .limit-name { fill: var(--bad); text-anchor: end; }
.picture .grid { stroke: var(--line); stroke-width: .6; } .picture .floor { stroke: var(--dim); stroke-width: 1; }
.picture .number { fill: var(--dim); text-anchor: end; } .picture .time { fill: var(--dim); text-anchor: middle; }
.picture .block { fill: var(--badwash); } .picture .blocked { fill: var(--bad); text-anchor: middle; }
.picture .fold path { stroke: var(--dim); stroke-width: 1; fill: none; }
.picture .fold text { fill: var(--dim); text-anchor: middle; }
.flag.bad { color: var(--bad); } .flag.unsure { color: var(--unsure); }
.flag line { stroke: currentColor; stroke-width: 1; stroke-dasharray: 2 3; }
.flag path, path.flag { fill: currentColor; } .flag text { fill: currentColor; font-weight: 600; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--dim); font-size: 13.5px; } td:last-child, th:last-child { padding-right: 0; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td .dim { font-size: 13.5px; }
.good { color: var(--good); } .bad { color: var(--bad); } .unsure { color: var(--unsure); }
.result { white-space: nowrap; font-weight: 600; } .result.none { color: var(--dim); font-weight: 400; }
footer { margin-top: 48px; border-top: 1px solid var(--line); padding-top: 12px; font-size: 13.5px; color: var(--dim); }
@media (max-width: 820px) { article { grid-template-columns: minmax(0, 1fr); }
  .grade { width: 84px; height: 84px; font-size: 46px; } }
@media print { article, figure, tr { break-inside: avoid; } main { padding: 0; } }
"""
