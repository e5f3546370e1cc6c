/** The page's only style; its digest stands in the content security policy. */
export const style = `
:root { color-scheme: light dark; --ink: #1c2430; --quiet: #5d6878; --paper: #fff; --card: #f5f7fa; --rule: #d8dee7;
  --pass: #17803d; --fail: #c0262d; --aborted: #9b2c8f; --inconclusive: #a16207; --not-runnable: #5d6878; --blue: #2563eb; --harm: #dc5a2a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --quiet: #9aa6b6; --paper: #12161c; --card: #1b212a; --rule: #313a47;
  --pass: #4ade80; --fail: #f87171; --aborted: #e879d9; --inconclusive: #facc15; --not-runnable: #9aa6b6; --blue: #60a5fa; --harm: #fb923c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 24px 20px 64px; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 20px; margin: 40px 0 12px; } h3 { font-size: 15px; margin: 20px 0 8px; }
p { margin: 4px 0; } .quiet, dt, th { color: var(--quiet); } a { color: inherit; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 10px; margin: 20px 0; padding: 0; list-style: none; }
.tiles li { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 10px 12px; }
.tiles b { display: block; font-size: 22px; line-height: 1.2; } .tiles small { color: var(--quiet); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--rule); vertical-align: top; font-weight: normal; }
td.number { text-align: right; white-space: nowrap; } th.number { text-align: right; }
.verdict { font-weight: 600; white-space: nowrap; }
.verdict.pass { color: var(--pass); } .verdict.fail { color: var(--fail); } .verdict.aborted { color: var(--aborted); }
.verdict.inconclusive { color: var(--inconclusive); } .verdict.not-runnable { color: var(--not-runnable); }
article { border-top: 2px solid var(--rule); margin-top: 36px; padding-top: 12px; } article > h2 { margin: 0 0 4px; }
pre { background: var(--card); border: 1px solid var(--rule); border-radius: 6px; padding: 8px 10px; overflow-x: auto; margin: 6px 0; font-size: 12.5px; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-size: 13px; overflow-wrap: anywhere; } details > summary { cursor: pointer; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0; } dd { margin: 0; }
svg { width: 100%; height: auto; display: block; margin: 12px 0; } svg text { font: 11px system-ui, sans-serif; fill: var(--ink); }
svg .tick text { fill: var(--quiet); } svg .tick line { stroke: var(--quiet); } svg .tick line.grid { stroke: var(--rule); }
svg .phase rect { fill: var(--card); stroke: var(--rule); } svg .phase.odd rect { fill: var(--rule); }
svg .window { fill: var(--harm); opacity: 0.12; } svg .fault rect { fill: var(--harm); } svg .fault.unproved rect { fill: none; stroke: var(--harm); stroke-dasharray: 3 2; }
svg .bar.ok { fill: var(--blue); opacity: 0.75; } svg .bar.failed { fill: var(--fail); } svg .bar.unknown { fill: var(--inconclusive); opacity: 0.7; }
svg .line { fill: none; stroke-width: 1.6; stroke: var(--blue); stroke-linecap: round; stroke-linejoin: round; } svg .line.p99 { stroke-dasharray: 5 3; }
@media print { body { max-width: none; } article { break-before: page; } }
`;
