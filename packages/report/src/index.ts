export type { ConsoleOptions, ConsoleReporter } from './console/console.ts';
export { consoleReporter } from './console/console.ts';
export { formats } from './formats/catalogue.ts';
export type { ReportFile, ReportFormat } from './formats/format.ts';
export { resultJsonSchema } from './formats/json.ts';
