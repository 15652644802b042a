/** The company's own look on the pages. A stray character in either value would become markup. */

/** `#rrggbb`. */
export const isColour = (text: string): boolean => /^#[0-9a-f]{6}$/i.test(text)

/** In characters: the picture is part of every page. */
const MAX_LOGO_LENGTH = 12_000

/** A picture as a `data:` URI: pages load nothing. */
export const isLogo = (text: string): boolean =>
  text.length <= MAX_LOGO_LENGTH &&
  /^data:image\/(?:png|svg\+xml|webp);base64,[A-Za-z0-9+/]+={0,2}$/.test(text)
