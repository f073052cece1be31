import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

/**
 * Lists every skipped test by name, then ends the run's output with one line: `N passed, N failed, N skipped`.
 *
 * A file or suite that fails outside of its tests, an error nobody caught, and a run without any test file each
 * count as one failure, so that the line never says `0 failed` after a run that failed.
 */
export class ClosingLineReporter implements Reporter {
  #lines: string[] = [];
  #registered = false;

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const skipped: string[] = [];
    const outside = modules.length === 0 ? ['no test files were found'] : [];
    let passed = 0;
    let failed = 0;

    for (const module of modules) {
      if (module.errors().length > 0) outside.push(`failed outside a test: ${module.relativeModuleId}`);
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) {
          outside.push(`failed outside a test: ${module.relativeModuleId} > ${suite.fullName}`);
        }
      }
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped.push(`skipped: ${module.relativeModuleId} > ${test.fullName}${reason(test)}`);
      }
    }
    for (const error of unhandledErrors) outside.push(`unhandled error: ${error.message}`);

    this.#lines = [
      ...skipped,
      ...outside,
      `${passed} passed, ${failed + outside.length} failed, ${skipped.length} skipped`,
    ];
    this.#printOnExit();
  }

  /** Vitest itself may still print after the run's end; only the process's exit is certain to come last. */
  #printOnExit(): void {
    if (this.#registered) return;
    this.#registered = true;
    process.once('exit', () => process.stdout.write(`${this.#lines.join('\n')}\n`));
  }
}

/** The reason a test gave to `context.skip(reason)`; one written into the test's name is printed with the name. */
function reason(test: TestCase): string {
  const result = test.result();
  if (result.state === 'pending') return ' (did not run)';
  return result.state === 'skipped' && result.note ? ` (${result.note})` : '';
}
