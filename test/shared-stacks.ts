/** A folder for what several test files synthesize alike: whoever needs it first makes it, for all of the run. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'shared-stacks-'))

/** The processes of the tests begin after this, and inherit it. */
export function setup(): void {
  process.env['SHARED_STACKS'] = folder
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true })
}
