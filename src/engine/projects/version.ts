/** The product's version, as in package.json; a rules test keeps the two equal. */
export const engineVersion = '0.1.0';
