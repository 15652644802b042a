/** What is not mutated, and why: texts that only people read, and that no test should hold. */

/** The argument with the message, by what makes the error. The code, a public name, is mutated. */
const MESSAGES = {
  ServiceError: 1,
  TypeError: 0,
  Error: 0,
  malformed: 0,
  conflict: 0,
  illegal: 0,
}

function shouldIgnore({ node, parent, key, listKey }) {
  if (listKey === 'arguments' && key === MESSAGES[parent.callee?.name]) {
    return 'the message of an error is for the operator: tests hold codes'
  }
  const call = node.type === 'ExpressionStatement' ? node.expression : node
  if (call.type === 'CallExpression' && call.callee.object?.name === 'log') {
    return 'log lines are held by the end-to-end tests, which are too slow to be run for each mutant'
  }
  return undefined
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'texts', value: { shouldIgnore } }]
