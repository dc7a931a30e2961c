/** The examples in Markdown files, taken out and run; shared with the other modules. */
package org.maejava.documents;
