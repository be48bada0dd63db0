/** What the tests need of Debian besides what the program itself does. */

/** The browser that looks at report.html. */
export const CHROMIUM_PACKAGE = { package: 'chromium', program: 'chromium' } as const;

/** Checks what we write as XML; it is libxml2, which shares no code with what wrote it. */
export const XMLLINT_PACKAGE = { package: 'libxml2-utils', program: 'xmllint' } as const;

/** A registry on loopback, where images are put and had from. */
export const REGISTRY_PACKAGE = { package: 'docker-registry', program: 'docker-registry' } as const;

/** Reads back the CSV and the JUnit file, and runs the reproduction. */
export const PYTHON_PACKAGE = { package: 'python3', program: 'python3' } as const;
