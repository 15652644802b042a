/** What a source file imports and which impure things it touches, read from its syntax tree. */
import { posix } from 'node:path'
import { type Node, parseSync, Visitor } from 'oxc-parser'

export interface SourceFile {
  /** Path from the root, with slashes. */
  readonly file: string
  readonly source: string
}

export interface Import {
  /** A file's path from the root, or a package's name, or `node:…`. */
  readonly of: string
  readonly isFile: boolean
  /** Gone when the code runs. */
  readonly isType: boolean
}

export interface Scan {
  readonly file: string
  readonly imports: readonly Import[]
  /** As written: `Date.now()`, `process.env` … */
  readonly impure: readonly string[]
}

export function scan({ file, source }: SourceFile): Scan {
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`)
  const imports: Import[] = []
  const impure: string[] = []
  const add = (specifier: Node | null, isType: boolean): void => {
    if (specifier?.type === 'Literal' && typeof specifier.value === 'string') {
      imports.push({ ...resolve(file, specifier.value), isType })
    }
  }
  new Visitor({
    // `import { type A }` stays behind as `import {}`: under verbatimModuleSyntax it still loads the module.
    ImportDeclaration: (node) => add(node.source, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ImportExpression: (node) => add(node.source, false),
    TSImportType: (node) => add(node.source, true),
    NewExpression: (node) => {
      if (isNamed(node.callee, 'Date') && node.arguments.length === 0) impure.push('new Date()')
    },
    CallExpression: (node) => {
      if (isNamed(node.callee, 'Date')) impure.push('Date()')
      if (isNamed(node.callee, 'require')) add(node.arguments[0] ?? null, false)
    },
    MemberExpression: ({ object, property }) => {
      const name =
        property.type === 'Identifier' ? property.name : 'value' in property ? String(property.value) : ''
      const of =
        object.type === 'MemberExpression' && isNamed(object.object, 'globalThis') ? object.property : object
      const text = of.type === 'Identifier' ? `${of.name}.${name}` : ''
      if (['Date.now', 'Math.random', 'process.env'].includes(text)) impure.push(text)
    },
  }).visit(program)
  return { file, imports, impure }
}

function resolve(from: string, specifier: string): Pick<Import, 'of' | 'isFile'> {
  if (specifier.startsWith('.')) return { of: posix.join(posix.dirname(from), specifier), isFile: true }
  if (specifier.startsWith('node:')) return { of: specifier, isFile: false }
  const [scope = '', name = ''] = specifier.split('/')
  return { of: scope.startsWith('@') ? `${scope}/${name}` : scope, isFile: false }
}

const isNamed = (node: Node, name: string): boolean => node.type === 'Identifier' && node.name === name
