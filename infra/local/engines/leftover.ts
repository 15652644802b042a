/** Ends a program that an earlier run left behind, before its files are opened again. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * @param pidFile Holds the process id. It proves nothing: ids are given out again.
 * @param mark Must be in that process's command line, or it is somebody else's.
 */
export async function endLeftover(pidFile: string, mark: string): Promise<void> {
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8'))
  while (isOurs(pid, mark)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It went by itself.
    }
    await pause(5)
  }
  rmSync(pidFile, { force: true })
}

function isOurs(pid: number, mark: string): boolean {
  const line = pid > 1 ? commandLine(pid) : ''
  return line !== '' && line.includes(mark)
}

/** Empty when there is no such process. */
function commandLine(pid: number): string {
  try {
    return existsSync('/proc/self/cmdline')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}
