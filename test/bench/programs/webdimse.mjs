// @ts-check
/** The command line as an installed package runs it: without a look at what there is to build (bridge/webdimse.mjs). */
const { run } = await import(new URL('../../../dist/cli/main.js', import.meta.url).href);
await run(process.argv.slice(2));
