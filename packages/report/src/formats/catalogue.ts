import { csv } from './csv.ts';
import type { ReportFormat } from './format.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';

/** Every format, by the name that `--report` takes. JSON is always written. */
export const formats: readonly ReportFormat[] = [json, html, junit, markdown, csv];
