/** Ends a program that an earlier run has left behind, before its files are opened again. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * @param pidFile Holds the process id. It proves nothing, because ids are used again.
 * @param mark A text that only our program has in its command line.
 */
export async function endLeftover(pidFile: string, mark: string): Promise<void> {
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8'))
  while (isOurs(pid, mark)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
    await pause(5)
  }
  rmSync(pidFile, { force: true })
}

const isOurs = (pid: number, mark: string): boolean => pid > 1 && commandLine(pid).includes(mark)

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
