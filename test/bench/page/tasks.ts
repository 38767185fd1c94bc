/** Watches the main thread; returns how to stop, which tells its longest task in milliseconds, 0 where none took 50 ms. */
export function watchTasks(): () => number {
  let longest = 0;
  const look = (entries: PerformanceEntryList): void => {
    for (const { duration } of entries) longest = Math.max(longest, duration);
  };
  const observer = new PerformanceObserver((list) => look(list.getEntries()));
  observer.observe({ type: 'longtask' });
  return () => {
    look(observer.takeRecords());
    observer.disconnect();
    return longest;
  };
}
