/** Routes in API Gateway's notation, for what matched none of them. */

/** Methods that exist at a path; empty when the path is unknown. */
export function allowedMethods(routes: readonly string[], path: string): readonly string[] {
  const methods = routes.flatMap((route) => {
    const [method = '', pattern] = route.split(' ')
    return pattern !== undefined && fits(pattern, path) ? [method] : []
  })
  return methods.toSorted()
}

function fits(pattern: string, path: string): boolean {
  const expected = pattern.split('/')
  const given = path.split('/')
  return (
    expected.length === given.length &&
    expected.every((segment, at) => (segment.startsWith('{') ? given[at] !== '' : segment === given[at]))
  )
}
