/**
 * Makes an HTML element.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} className
 * @param {string | number} content its text
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function html(name, className, content = "") {
  return Object.assign(document.createElement(name), { className, textContent: String(content) });
}

/**
 * The pen for a sheet of pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function inkOn(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (context === null) throw new Error("This browser draws no pixels.");
  return context;
}
