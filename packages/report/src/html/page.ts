import { createHash } from 'node:crypto';
import type { ChaosTestResults } from '@qflow/chaos';
import { detailsOf, failurePointsOf, headlineOf, headlines, resilientBehaviorsOf } from '../details.ts';
import { Markup, markup } from '../markup.ts';
import { duration, measured } from '../quantities.ts';
import { anchorOf, experiment, verdictOf } from './experiment.ts';
import { style } from './style.ts';

/** Nothing is loaded and nothing is run: the one style is allowed by its digest. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

export function page(result: ChaosTestResults): string {
  const { run, summary } = result;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Qflow Chaos: ${summary.passed} of ${summary.totalTests} passed</title>
<style>${new Markup(style)}</style>
</head>
<body>
<h1>Qflow Chaos</h1>
<p class="quiet">${run.target.name} ${run.target.version} on ${run.environment}, ${run.startedAt}, ${duration(run.durationMs)}, run ${run.id}</p>
${tiles(result)}
${overview(result)}
${failurePoints(result)}
${resilientBehaviors(result)}
${detailsOf(result).map(experiment)}
${about(result)}
</body>
</html>
`.text;
}

function tiles({ summary }: ChaosTestResults): Markup {
  const counts: readonly (readonly [string, number])[] = [
    ['failed', summary.failed],
    ['aborted', summary.aborted],
    ['inconclusive', summary.inconclusive],
    ['not runnable', summary.notRunnable],
  ];
  return markup`<ul class="tiles">
<li><b>${summary.passed} of ${summary.totalTests}</b><small>experiments passed</small></li>
${counts.map(([name, count]) => markup`<li><b>${count}</b><small>${name}</small></li>\n`)}
<li title="${summary.availability.definition}"><b>${measured(summary.availability)}</b><small>availability</small></li>
<li title="${summary.mttr.definition}"><b>${measured(summary.mttr)}</b><small>mean time to recover (n ${summary.mttr.n})</small></li>
<li title="${summary.mtbf.definition}"><b>${measured(summary.mtbf)}</b><small>mean time between failures (n ${summary.mtbf.n})</small></li>
</ul>`;
}

const overview = (result: ChaosTestResults): Markup => markup`<div class="scroll"><table>
<thead><tr><th>verdict</th><th>experiment</th>${headlines.map(({ title }) => markup`<th class="number">${title}</th>`)}<th>reason</th></tr></thead>
<tbody>
${detailsOf(result).map((detail) => markup`<tr><td>${verdictOf(detail.verdict)}</td><td><a href="#${anchorOf(detail)}">${detail.id}</a></td>${headlines.map(({ metric }) => markup`<td class="number">${measured(headlineOf(detail, metric))}</td>`)}<td>${detail.reason}</td></tr>\n`)}</tbody>
</table></div>`;

function failurePoints(result: ChaosTestResults): Markup {
  const all = failurePointsOf(result);
  if (all.length === 0) return markup``;
  return markup`<h2>Failure points</h2>
<table><thead><tr><th>severity</th><th>category</th><th>experiment</th><th>what</th><th>components</th></tr></thead><tbody>
${all.map((point) => markup`<tr><td>${point.severity}</td><td>${point.category}</td><td>${point.experiment}</td><td>${point.description}</td><td>${point.components.join(', ')}</td></tr>\n`)}</tbody></table>`;
}

function resilientBehaviors(result: ChaosTestResults): Markup {
  const all = resilientBehaviorsOf(result);
  if (all.length === 0) return markup``;
  return markup`<h2>Resilient behaviours</h2>
<table><thead><tr><th>experiment</th><th>behaviour</th><th>mechanism</th></tr></thead><tbody>
${all.map((each) => markup`<tr><td>${each.experiment}</td><td>${each.behavior}</td><td>${each.mechanism ?? ''}</td></tr>\n`)}</tbody></table>`;
}

const about = ({ run, version, exitCode, schemaVersion }: ChaosTestResults): Markup => markup`<h2>About this run</h2>
<dl>
<dt>Qflow Chaos</dt><dd>${version}, result schema ${schemaVersion}</dd>
<dt>target</dt><dd>${run.target.name} ${run.target.version}${run.target.digest === null ? '' : `, digest ${run.target.digest}`}</dd>
<dt>host</dt><dd>${run.host.cores} cores, ${run.host.kernel}, load ${run.host.load}, longest wait for a core ${duration(run.host.starvedMs)}</dd>
<dt>seed</dt><dd>${run.seed}</dd>
<dt>settings</dt><dd><code>${JSON.stringify(run.settings)}</code></dd>
<dt>exit code</dt><dd>${exitCode}</dd>
</dl>`;
