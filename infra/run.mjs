/**
 * Runs a TypeScript entry on Node 24, on a host that may have only Node 20: `node infra/run.mjs ENTRY ARGS…`
 *
 * Installs first what package-lock.json lists and node_modules lacks; so this file is plain JavaScript without
 * dependencies. package.json calls it by `exec`: with a shell in between, Ctrl-C would never exit 0 and a signal
 * to npm would not arrive here.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NEEDED = 24
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
const self = fileURLToPath(import.meta.url)
const root = dirname(dirname(self))
const claim = join(root, '.installing')
const [entry, ...args] = process.argv.slice(2)
if (entry === undefined) fail('usage: node infra/run.mjs ENTRY ARGS…')

if ('npm_lifecycle_event' in process.env || process.env['LAUNCHER'] === String(process.ppid))
  endWithLauncher()
await install()
const path = join(root, 'node_modules/.bin') + delimiter + (process.env['PATH'] ?? '')
if (Number.parseInt(process.versions.node, 10) >= NEEDED) await runHere()
else runOnNodeFromNpm()

/** In this process: nothing to wait for, nobody to pass signals on to. */
async function runHere() {
  process.env['PATH'] = path
  // What `--disable-warning=ExperimentalWarning` does; Node 24.0 to 24.2 still warn of stripped types.
  const warn = process.emitWarning
  process.emitWarning = (warning, ...rest) => {
    if (![rest[0], rest[0]?.type, warning?.name].includes('ExperimentalWarning')) warn(warning, ...rest)
  }
  // What was compiled once is read by the next one: a command of the operator's tool starts in half the time.
  process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules/.cache/node')
  module.enableCompileCache(process.env['NODE_COMPILE_CACHE'])
  const file = resolve(root, entry)
  process.argv = [process.execPath, file, ...args]
  await import(pathToFileURL(file).href)
}

/** Only the first run meets this: from then on npm's PATH begins with node_modules/.bin. */
function runOnNodeFromNpm() {
  const child = spawn(nodeFromNpm(), [self, entry, ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path, LAUNCHER: String(process.pid) },
  })
  child.on('error', () =>
    fail(
      `Node ${NEEDED} or newer is needed; this is ${process.version}, and npm has none for ${process.platform}-${process.arch}. Install it from https://nodejs.org and run the command again.`,
    ),
  )
  // On Ctrl-C the terminal and npm both send one: the second must not end this before the child has ended.
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    for (const each of SIGNALS) process.removeAllListeners(each)
    if (signal) process.kill(process.pid, signal)
    else process.exit(code)
  })
}

/** Not by its link in node_modules/.bin, which npm 10 does not make. */
function nodeFromNpm() {
  const system = process.platform === 'win32' ? 'win' : process.platform
  const executable = process.platform === 'win32' ? 'node.exe' : 'node'
  const places = ['node', 'node-bin'].map((name) =>
    join(root, 'node_modules', `${name}-${system}-${process.arch}`, 'bin', executable),
  )
  return places.find(existsSync) ?? places[0]
}

/** Whoever started this may be killed without a word to it: then this ends too, in good order or soon without. */
function endWithLauncher() {
  const launcher = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === launcher) return
    clearInterval(timer)
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 500).unref()
    process.kill(process.pid, 'SIGTERM')
  }, 100)
  timer.unref()
}

async function install() {
  while (!isInstalled()) {
    if (!(await isOurTurn())) continue
    try {
      return await npmCi()
    } finally {
      rmSync(claim, { force: true })
    }
  }
}

async function npmCi() {
  const started = Date.now()
  process.stderr.write('installing dependencies … ')
  // npm's own warnings (engines of packages we run on Node 24) say nothing to the reader.
  const options = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--no-update-notifier',
  ]
  // Complete even with NODE_ENV=production: everything here is a tool or an engine.
  options.push('--include=dev', '--include=optional')
  const npm = process.env['npm_execpath'] ?? ''
  const child = npm.endsWith('npm-cli.js')
    ? spawn(process.env['npm_node_execpath'] ?? process.execPath, [npm, ...options], { cwd: root })
    : spawn('npm', options, { cwd: root, shell: process.platform === 'win32' })
  // Asked nicely, npm first takes everything back; half an installation is known by its missing lockfile anyway.
  const stop = () => child.kill('SIGKILL')
  for (const signal of SIGNALS) process.on(signal, stop)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const ended = await new Promise((done) => {
    child.on('error', ({ message }) => done(message))
    child.on('close', (code, signal) => done(signal ?? code))
  })
  for (const signal of SIGNALS) process.off(signal, stop)
  if (ended === 0) {
    process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`)
    return
  }
  rmSync(claim, { force: true })
  fail(`failed\n\n${said.trim() || `npm ended with ${ended}`}`)
}

/** Two commands started at once on a fresh clone: one installs, the other waits for it. */
async function isOurTurn() {
  try {
    writeFileSync(claim, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  const holder = existsSync(claim) ? Number(readFileSync(claim, 'utf8')) : 0
  if (isAlive(holder)) await new Promise((done) => setTimeout(done, 200))
  else rmSync(claim, { force: true })
  return false
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code !== 'ESRCH'
  }
}

/** Does node_modules hold what package-lock.json lists? npm keeps a lockfile of its own in there. */
function isInstalled() {
  const listed = packages('package-lock.json')
  const installed = packages('node_modules/.package-lock.json')
  const ours = Object.keys(listed[''].optionalDependencies ?? {}).map((name) => `node_modules/${name}`)
  return Object.entries(listed).every(([where, one]) => {
    const found = installed[where]
    if (where === '') return true
    if (found) return found.version === one.version && found.integrity === one.integrity
    return one.optional && !(ours.includes(where) && isForThisMachine(one))
  })
}

function isForThisMachine({ os = [process.platform], cpu = [process.arch], libc }) {
  return !libc && os.includes(process.platform) && cpu.includes(process.arch)
}

function packages(lockfile) {
  try {
    return JSON.parse(readFileSync(join(root, lockfile), 'utf8')).packages
  } catch (error) {
    if (lockfile.startsWith('node_modules')) return {}
    throw error
  }
}

/** @returns {never} */
function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
