// Runs in the page that is looked at, not in Node: each answers with what is wrong there, or what there is.

globalThis.inPage = {
  /** What is wider than its place, by its element and the beginning of its text. */
  overflowing() {
    const wide = document.scrollingElement.scrollWidth > window.innerWidth ? ['the page'] : []
    const cut = [...document.querySelectorAll('body *')].filter(
      (element) =>
        element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline',
    )
    return [...wide, ...cut.map(({ tagName, textContent }) => `${tagName} ${textContent.slice(0, 40)}`)]
  },

  /** What can be reached by the keyboard, in the order of the page. */
  reachable() {
    const all = document.querySelectorAll('a[href], button, input:not([type=hidden]), textarea')
    return [...all].map((element) => element.outerHTML.slice(0, 80))
  },

  /** Where the keyboard is, and whether that can be seen. */
  focused() {
    const element = document.activeElement
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    const isSeen = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    return `${isSeen ? '' : 'unseen: '}${element.outerHTML.slice(0, 80)}`
  },

  /** What axe, which is there before, finds by some of its rules. */
  async violations(rules) {
    const { violations: found } = await window.axe.run({ runOnly: rules })
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  },
}
