/** The examples in Markdown files, taken out and compiled; shared with the other modules. */
package org.maejava.documents;
