/** A machine that is opened in the morning and does what the night left: for tests that kill it. */
import { createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import { METRICS_NIGHTLY } from '#core/metrics/index.ts';

export interface NightOrder {
  file: string;
  nowMs: number;
}

process.once('message', (order: NightOrder) => {
  const app = createApp({ file: order.file, hashStrength: WEAK_FOR_TESTS, clock: { nowMs: () => order.nowMs } });
  const jobs = app.modules.flatMap((module) => module.jobs).filter(({ name }) => name === METRICS_NIGHTLY);
  const runner = app.jobRunner(
    jobs.map((job) => ({
      ...job,
      run: (context, progress) =>
        job.run(context, (done, total) => {
          progress(done, total);
          process.send?.({ done });
        }),
    })),
  );
  // Marks what a kill left running and does what is due.
  runner.start();
  const ended = setInterval(() => {
    if (runner.progressOf(METRICS_NIGHTLY)) return;
    clearInterval(ended);
    void runner.stop().then(() => {
      app.close();
      process.send?.('over');
      process.disconnect();
    });
  }, 20);
});
