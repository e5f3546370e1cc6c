import { page } from '../html/page.ts';
import type { ReportFormat } from './format.ts';

/** One self-contained page: no script, no font, no image from elsewhere. */
export const html: ReportFormat = {
  name: 'html',
  render: (result) => [{ name: 'report.html', content: page(result) }],
};
