/**
 * The options of `boot` that stand at its script element, those that are texts: `data-worker`, `data-worker-type`,
 * `data-calling-ae-title` and so on.
 */
export function dataOptions(
  dataset: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  // What HTML makes of data-calling-ae-title is spelled otherwise than the option.
  const { callingAeTitle, ...others } = dataset;
  return callingAeTitle === undefined ? others : { ...others, callingAETitle: callingAeTitle };
}
