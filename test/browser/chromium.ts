/** The browser of the tests: `CHROME_PATH`, else one of this machine, else the one from npm. */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
]

interface Found {
  readonly executablePath: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export async function openBrowser(env: NodeJS.ProcessEnv = process.env): Promise<Browser> {
  const { executablePath, args = ARGUMENTS, env: more } = installed(env) ?? (await fromNpm())
  return chromium.launch({
    executablePath,
    args: [...args],
    env: { ...env, ...more },
  })
}

function installed({ CHROME_PATH, PATH = '' }: NodeJS.ProcessEnv): Found | undefined {
  if (CHROME_PATH) return { executablePath: CHROME_PATH }
  const folders = PATH.split(delimiter)
  const known = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...ELSEWHERE]
  const executablePath = known.find((path) => existsSync(path))
  return executablePath === undefined ? undefined : { executablePath }
}

/** Made for a machine that has none of the libraries a browser needs: they come along. */
async function fromNpm(): Promise<Found> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('no browser was found: install Chrome or Chromium, or name one in CHROME_PATH')
  }
  const { default: npmChromium, inflate } = await import('@sparticuz/chromium')
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'))
  const executablePath = await npmChromium.executablePath()
  const libraries = await inflate(join(entry, '..', '..', 'bin', 'al2023.tar.br'))
  return {
    executablePath,
    args: npmChromium.args,
    env: { LD_LIBRARY_PATH: join(libraries, 'lib'), FONTCONFIG_PATH: join(tmpdir(), 'fonts') },
  }
}
