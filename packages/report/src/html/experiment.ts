import type { CheckResult, ExperimentResult, FaultRecord } from '@qflow/chaos';
import { type Markup, markup } from '../markup.ts';
import { duration, interval, measured } from '../quantities.ts';
import { timeline } from './timeline.ts';

/** Anchor of an experiment's section. */
export const anchorOf = (detail: ExperimentResult): string => detail.id.replace(/[^A-Za-z0-9-]/g, '-');

export const verdictOf = (verdict: string): Markup => markup`<span class="verdict ${verdict}">${verdict}</span>`;

/** Everything known of one experiment. */
export const experiment = (detail: ExperimentResult): Markup => markup`
<article id="${anchorOf(detail)}">
<h2>${detail.id} ${verdictOf(detail.verdict)}</h2>
<p><b>${detail.question}</b></p>
<p class="quiet">Expected: ${detail.expectation}</p>
<p>${detail.reason}</p>
${timeline(detail)}
${checks(detail.checks)}
${metrics(detail)}
${faults(detail.faults)}
${residue(detail)}
<h3>Run</h3>
<dl>
<dt>started</dt><dd>${detail.startedAt}, took ${duration(detail.durationMs)}</dd>
<dt>cluster</dt><dd>${detail.clusterSize} nodes</dd>
<dt>seed</dt><dd>${detail.seed}</dd>
<dt>fingerprint</dt><dd>${detail.fingerprint ?? 'none: only simulated runs have one'}</dd>
<dt>settings</dt><dd><code>${jsonOf(detail.settings)}</code></dd>
${Object.entries(detail.artefacts).map(([name, path]) => markup`<dt>${name}</dt><dd><code>${path}</code></dd>\n`)}
<dt>again</dt><dd><code>${detail.replay}</code></dd>
</dl>
</article>`;

const jsonOf = (value: unknown, indent?: number): string => JSON.stringify(value, undefined, indent) ?? '';

const checks = (all: readonly CheckResult[]): Markup =>
  all.length === 0
    ? markup``
    : markup`<h3>Checks</h3>
<table><tbody>
${all.map((check) => markup`<tr><td>${verdictOf(check.verdict)}</td><td>${check.name}</td><td>${check.reason ?? ''}${evidence(check)}</td></tr>\n`)}</tbody></table>`;

const evidence = (check: CheckResult): Markup =>
  check.evidence.length === 0
    ? markup``
    : markup`<details${check.verdict === 'fail' ? markup` open` : ''}><summary>evidence (${check.evidence.length})</summary>${check.evidence.map((each) => markup`<pre>${jsonOf(each)}</pre>`)}</details>`;

function metrics(detail: ExperimentResult): Markup {
  const all = Object.entries(detail.metrics);
  if (all.length === 0) return markup``;
  return markup`<h3>Metrics</h3>
<div class="scroll"><table><thead><tr><th>metric</th><th class="number">value</th><th class="number">samples</th><th>95 % interval</th><th>what it means</th></tr></thead><tbody>
${all.map(([name, metric]) => markup`<tr><td>${name}</td><td class="number">${measured(metric)}</td><td class="number">${metric.n}</td><td>${interval(metric)}</td><td>${metric.definition}${metric.reason === undefined ? '' : markup` <i>${metric.reason}</i>`}</td></tr>\n`)}</tbody></table></div>`;
}

const faults = (all: readonly FaultRecord[]): Markup =>
  all.length === 0
    ? markup``
    : markup`<h3>Faults</h3>
<div class="scroll"><table><thead><tr><th>fault</th><th>nodes</th><th>from</th><th>to</th><th>proof of harm</th><th>proof of healing</th></tr></thead><tbody>
${all.map((fault) => markup`<tr><td>${fault.description}<details><summary>asked, effective</summary><pre>${jsonOf(fault.asked)}</pre><pre>${jsonOf(fault.effective)}</pre></details></td><td>${fault.nodes.join(' ')}</td><td>${at(fault.injectedAtMs, fault.reason ?? 'not injected')}</td><td>${at(fault.healedAtMs, 'not healed')}</td><td>${proof(fault.proof)}</td><td>${proof(fault.healed)}</td></tr>\n`)}</tbody></table></div>`;

const at = (milliseconds: number | null, otherwise: string): string =>
  milliseconds === null ? otherwise : duration(milliseconds);

const proof = (each: FaultRecord['proof']): Markup =>
  each.proved
    ? markup`proved ${each.evidence === undefined ? '' : markup`<code>${jsonOf(each.evidence)}</code>`}`
    : markup`not proved: ${each.reason ?? 'no reason given'}`;

const residue = (detail: ExperimentResult): Markup =>
  detail.residue.length === 0
    ? markup``
    : markup`<h3>Left behind</h3>
<ul>${detail.residue.map((finding) => markup`<li>${finding.kind}: ${finding.what}. ${finding.remedy}</li>\n`)}</ul>`;
