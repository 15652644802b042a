/**
 * Imports a bundle where nothing else is loaded yet, plain JavaScript so that not even types are stripped here.
 * Arguments: its file URL and, if it shall answer one, an event. Prints the time.
 */
const [module, event] = process.argv.slice(2)
const started = performance.now()
const { handler } = await import(module)
if (event !== undefined) {
  const { statusCode, body } = await handler(JSON.parse(event), {})
  if (statusCode !== 200) throw new Error(`the handler answered ${statusCode}: ${body}`)
}
const ms = performance.now() - started
console.log(`\n${ms}`)
process.exit()
