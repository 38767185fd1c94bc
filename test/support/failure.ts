/** What a promise rejects with; it has to. */
export async function failure(promise: Promise<unknown>): Promise<Error> {
  return await promise.then(
    (value) => {
      throw new Error(`it did not fail: ${JSON.stringify(value)}`);
    },
    (error: Error) => error,
  );
}
