// Shows a scene that engine/web/page.py has packed: the draw calls of the program's renderer, with its shaders.
"use strict";

const SIZES = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };
const NOTHING = -3e38;               // as in engine/web/packing.py
const EASE_S = 0.08;                 // how quickly the camera follows the input
const ORBIT_PER_HEIGHT = Math.PI / 4;
const FREE = 12 * Math.PI / 180, LIMIT = 25 * Math.PI / 180;   // beyond the first angle, orbiting resists
const STEP = 0.88;                   // distance after a notch of the wheel
const SWAY = { yaw: 4 * Math.PI / 180, pitch: 1.6 * Math.PI / 180, period: 8 };
const QUIET_MS = 3000;               // until the bar fades
const INERTIA_S = 0.25;

// ---------------------------------------------------------------- unpacking

async function unpack(text) {
  const packed = Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const size = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  return { header, bytes: bytes.subarray(4 + size) };
}

// Each number is what its neighbors to the left and above foretell, plus what is stored.
function numbersOf(bytes, { at, width, height, bytes: size }) {
  const count = width * height, values = new SIZES[size](count);
  for (let plane = 0; plane < size; plane++) {
    const from = at + plane * count, shift = 8 * plane;
    for (let i = 0; i < count; i++) values[i] |= bytes[from + i] << shift;
  }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, row = 0; x < width; x++, i++) {
      row += values[i];
      values[i] = row + (y ? values[i - width] : 0);
    }
  }
  return values;
}

function floatsOf(bytes, channel) {
  const codes = numbersOf(bytes, channel), values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = codes[i] ? channel.low + (codes[i] - 1) * channel.step : NOTHING;
  return values;
}

function interleaved(channels, Kind) {
  if (channels.length === 1) return channels[0];
  const count = channels[0].length, values = new Kind(count * channels.length);
  channels.forEach((channel, c) => { for (let i = 0; i < count; i++) values[i * channels.length + c] = channel[i]; });
  return values;
}

// ---------------------------------------------------------------- matrices, column by column as in GL

function product(a, b) {
  const out = new Float32Array(16);
  for (let c = 0; c < 4; c++) for (let r = 0; r < 4; r++)
    for (let k = 0; k < 4; k++) out[4 * c + r] += a[4 * k + r] * b[4 * c + k];
  return out;
}

function frustum([left, right, bottom, top], [near, far]) {
  const w = right - left, h = top - bottom, d = far - near;
  return new Float32Array([2 * near / w, 0, 0, 0, 0, 2 * near / h, 0, 0,
    (right + left) / w, (top + bottom) / h, -(far + near) / d, -1, 0, 0, -2 * far * near / d, 0]);
}

// The part of the depth buffer that is nearer (0) or farther (1).
function half(projection, number) {
  return product(new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0.5, 0, 0, 0, number - 0.5, 1]), projection);
}

const add = (a, b, by = 1) => a.map((value, i) => value + by * b[i]);
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

// An orbit camera, as engine/navigation/camera.py has it.
class Camera {
  constructor(pivot, yaw, pitch, distance) { Object.assign(this, { pivot, yaw, pitch, distance }); }

  get backward() {
    const flat = Math.cos(this.pitch);
    return [Math.sin(this.yaw) * flat, Math.sin(this.pitch), Math.cos(this.yaw) * flat];
  }
  get right() { return [Math.cos(this.yaw), 0, -Math.sin(this.yaw)]; }
  get up() {
    const [bx, by, bz] = this.backward, [rx, , rz] = this.right;
    return [by * rz, bz * rx - bx * rz, -by * rx];
  }
  get position() { return add(this.pivot, this.backward, this.distance); }

  matrix(offset = 0) {
    const [r, u, b] = [this.right, this.up, this.backward], at = add(this.position, r, offset);
    return new Float32Array([r[0], u[0], b[0], 0, r[1], u[1], b[1], 0, r[2], u[2], b[2], 0,
      -dot(r, at), -dot(u, at), -dot(b, at), 1]);
  }
  orbited(yaw, pitch) {
    const limit = 89 * Math.PI / 180;
    return new Camera(this.pivot, this.yaw + yaw, Math.max(-limit, Math.min(limit, this.pitch + pitch)), this.distance);
  }
  shifted(offset) { return new Camera(add(this.pivot, offset), this.yaw, this.pitch, this.distance); }
  closer(factor) {
    return new Camera(this.pivot, this.yaw, this.pitch, Math.min(Math.max(this.distance * factor, 0.05), 500));
  }
  towards(goal, share) {
    const mix = (a, b) => a + share * (b - a);
    return new Camera(this.pivot.map((value, i) => mix(value, goal.pivot[i])), mix(this.yaw, goal.yaw),
      mix(this.pitch, goal.pitch), this.distance * (goal.distance / this.distance) ** share);
  }
  isNear(other) {
    return Math.abs(this.yaw - other.yaw) + Math.abs(this.pitch - other.pitch)
      + Math.hypot(...add(this.position, other.position, -1)) < 1e-4;
  }
}

// How much of a step from `angle` is made: less and less beyond FREE, none at LIMIT. The way back is free.
function resisted(angle, step) {
  const outward = Math.sign(step) || 1, left = (LIMIT - Math.max(outward * angle, FREE)) / (LIMIT - FREE);
  return outward * angle + Math.abs(step) <= FREE ? step : step * Math.max(Math.min(left, 1), 0);
}

// ---------------------------------------------------------------- drawing

class Scene {
  constructor(gl, { header, bytes }) {
    this.gl = gl;
    this.header = header;
    this.bytes = bytes;
    this.programs = new Map();
    this.buffers = new Map();
    this.depth = null;   // of the grid, to find what lies under the pointer
  }

  async load() {
    const pictures = this.header.textures.filter(texture => texture.kind === "picture");
    const files = pictures.map(({ file: { at, size } }) => new Blob([this.bytes.subarray(at, at + size)]));
    const options = { premultiplyAlpha: "none", colorSpaceConversion: "none" };
    const images = await Promise.all(files.map(file => createImageBitmap(file, options)));
    this.picture = files[0];
    this.textures = this.header.textures.map(texture =>
      texture.kind === "picture" ? this.upload(texture, images[pictures.indexOf(texture)]) : this.unpacked(texture));
  }

  unpacked(texture) {
    const isBytes = texture.kind === "bytes", [{ width, height }] = texture.channels;
    const channels = texture.channels.map(channel => (isBytes ? numbersOf : floatsOf)(this.bytes, channel));
    const values = interleaved(channels, isBytes ? Uint8Array : Float32Array);
    if (!isBytes && channels.length === 1 && !this.depth) this.depth = { values, width, height };
    return this.upload(texture, values, width, height, channels.length, isBytes);
  }

  upload(texture, source, width, height, count, isBytes) {
    const gl = this.gl, made = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, made);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    if (source instanceof ImageBitmap) {
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, source);
      width = source.width;
    } else {
      const format = { 1: gl.RED, 2: gl.RG, 3: gl.RGB, 4: gl.RGBA }[count];
      const inner = isBytes ? { 1: gl.R8, 2: gl.RG8, 3: gl.RGB8, 4: gl.RGBA8 }[count]
        : { 1: gl.R32F, 2: gl.RG32F, 3: gl.RGB32F, 4: gl.RGBA32F }[count];
      gl.texImage2D(gl.TEXTURE_2D, 0, inner, width, height, 0, format, isBytes ? gl.UNSIGNED_BYTE : gl.FLOAT, source);
    }
    const isSmooth = texture.smooth || texture.kind === "picture";
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, isSmooth ? gl.LINEAR : gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, isSmooth ? gl.LINEAR : gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return { made, width, isPicture: texture.kind === "picture", hasMipmaps: false };
  }

  program(draw) {
    const gl = this.gl, macros = Object.entries(draw.defines).map(([name, value]) => `#define ${name} ${value}\n`).join("");
    const key = draw.vertex + draw.fragment + macros;
    if (this.programs.has(key)) return this.programs.get(key);
    const program = gl.createProgram();
    for (const [kind, name] of [[gl.VERTEX_SHADER, draw.vertex], [gl.FRAGMENT_SHADER, draw.fragment]]) {
      const shader = gl.createShader(kind), text = this.header.shaders[name], at = text.indexOf("\n") + 1;
      gl.shaderSource(shader, text.slice(0, at) + macros + text.slice(at));
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.bindAttribLocation(program, 0, "in_cell");
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      const logs = gl.getAttachedShaders(program).map(shader => gl.getShaderInfoLog(shader));
      throw new Error([gl.getProgramInfoLog(program), ...logs].join("\n"));
    }
    const uniforms = new Map();
    for (let i = 0; i < gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS); i++) {
      const { name, type } = gl.getActiveUniform(program, i);
      uniforms.set(name.replace("[0]", "").slice(2), { type, at: gl.getUniformLocation(program, name) });
    }
    const made = { program, uniforms };
    this.programs.set(key, made);
    return made;
  }

  set({ uniforms }, name, value) {
    const gl = this.gl, uniform = uniforms.get(name);
    if (!uniform) return;
    const { type, at } = uniform;
    if (type === gl.FLOAT_MAT4) gl.uniformMatrix4fv(at, false, value);
    else if (type === gl.FLOAT) gl.uniform1f(at, value);
    else if (type === gl.FLOAT_VEC2) gl.uniform2fv(at, value);
    else if (type === gl.FLOAT_VEC3) gl.uniform3fv(at, value.flat());
    else if (type === gl.FLOAT_VEC4) gl.uniform4fv(at, value);
    else if (type === gl.INT_VEC2) gl.uniform2iv(at, value);
    else gl.uniform1i(at, value);   // numbers, truth values and samplers
  }

  // Vertex numbers, and for cells the number of the cell that each vertex belongs to.
  elements(draw) {
    if (this.buffers.has(draw)) return this.buffers.get(draw);
    const gl = this.gl, { kind, numbers } = draw.elements, array = gl.createVertexArray();
    let count = draw.elements.count;
    gl.bindVertexArray(array);
    if (kind !== "points") {
      let indices = numbersOf(this.bytes, numbers);
      if (kind === "cells") {
        const cells = new Int32Array(4 * count);
        const corners = [2, 3, 0, 3, 1, 0], quads = new Uint32Array(6 * count);
        indices.forEach((cell, i) => {
          cells.fill(cell, 4 * i, 4 * i + 4);
          corners.forEach((corner, k) => { quads[6 * i + k] = 4 * i + corner; });
        });
        gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
        gl.bufferData(gl.ARRAY_BUFFER, cells, gl.STATIC_DRAW);
        gl.enableVertexAttribArray(0);
        gl.vertexAttribIPointer(0, 1, gl.INT, 0, 0);
        indices = quads;
      }
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, indices, gl.STATIC_DRAW);
      count = indices.length;
    }
    const made = { array, count, kind };
    this.buffers.set(draw, made);
    return made;
  }

  // Draw all layers of `mode` into `area` (left, bottom, width, height) of the canvas.
  draw(mode, area, view, projection) {
    const gl = this.gl, [, , width, height] = area;
    gl.viewport(...area);
    for (const draw of this.header.modes[mode]) {
      const program = this.program(draw), elements = this.elements(draw);
      gl.useProgram(program.program);
      Object.entries(draw.textures).forEach(([name, number], unit) => {
        const texture = this.textures[number];
        gl.activeTexture(gl.TEXTURE0 + unit);
        gl.bindTexture(gl.TEXTURE_2D, texture.made);
        if (texture.isPicture) this.sharpen(texture, width);
        this.set(program, name, unit);
      });
      for (const [name, value] of Object.entries(draw.uniforms)) this.set(program, name, value);
      this.set(program, "view_projection", product(half(projection, draw.behind ? 1 : 0), view));
      this.set(program, "view_size", [width, height]);
      this.set(program, "view_corner", area.slice(0, 2));
      this.set(program, "view_shape", [width, height]);
      gl.enable(gl.DEPTH_TEST);
      gl.depthFunc(draw.fills ? gl.LEQUAL : gl.LESS);
      if (draw.blended) gl.enable(gl.BLEND); else gl.disable(gl.BLEND);
      gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.bindVertexArray(elements.array);
      if (elements.kind === "points") gl.drawArrays(gl.POINTS, 0, elements.count);
      else gl.drawElements(gl.TRIANGLES, elements.count, gl.UNSIGNED_INT, 0);
    }
  }

  // A picture that is much larger than its view is drawn from its mipmaps.
  sharpen(texture, width) {
    const gl = this.gl, isSmaller = texture.width > 2.25 * width;
    if (isSmaller && !texture.hasMipmaps) {
      gl.generateMipmap(gl.TEXTURE_2D);
      texture.hasMipmaps = true;
    }
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, isSmaller ? gl.LINEAR_MIPMAP_LINEAR : gl.LINEAR);
  }

  // The world formula of shaders/include/world.glsl.
  get world() { return this.header.modes.mesh[0].uniforms; }

  distanceAt(u, v) {
    const { values, width, height } = this.depth, w = this.world;
    const d = values[Math.round(v * (height - 1)) * width + Math.round(u * (width - 1))];
    if (!(d > (w.is_disparity ? -1e38 : 0))) return Infinity;
    return this.distanceOf(d);
  }

  distanceOf(d) {
    const w = this.world, plane = w.is_disparity ? d : 1 / Math.max(d, 1e-9);
    if (w.is_relief) return 2 - w.relief * Math.min(Math.max(w.t_affine[0] * plane + w.t_affine[1], 0), 1);
    const value = w.z_affine[0] * d + w.z_affine[1], [near, far] = w.z_limits;
    const clamped = (x, low, high) => Math.min(Math.max(x, low), high);
    return w.is_disparity ? 1 / clamped(value, 1 / far, 1 / near) : clamped(value, near, far);
  }

  pointAt(u, v, z) {
    const w = this.world, scale = w.is_relief ? 2 : z;
    return [(u * w.rays[0] + w.rays[2]) * scale, (v * w.rays[1] + w.rays[3]) * scale, -z];
  }

  // The first point of the surface along a ray, or null.
  hit(from, direction) {
    const w = this.world, [low, high] = this.header.camera.ends;
    let before = 0;
    for (let i = 0; i <= 400; i++) {
      const t = 0.2 * low * (6 * high / (0.2 * low)) ** (i / 400), p = add(from, direction, t);
      const scale = w.is_relief ? 2 : -p[2];
      const u = (p[0] / scale - w.rays[2]) / w.rays[0], v = (p[1] / scale - w.rays[3]) / w.rays[1];
      if (scale > 0 && u >= 0 && u <= 1 && v >= 0 && v <= 1 && -p[2] >= this.distanceAt(u, v)) {
        return add(from, direction, (before + t) / 2);
      }
      before = t;
    }
    return null;
  }

  // The surface as a binary glTF file with the picture as its texture.
  async glb() {
    const { values, width, height } = this.depth, count = width * height;
    const positions = new Float32Array(3 * count), places = new Float32Array(2 * count);
    const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity], isThere = new Uint8Array(count);
    for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) {
      const u = x / (width - 1), v = y / (height - 1), z = this.distanceAt(u, v);
      if (z === Infinity) continue;
      const point = this.pointAt(u, v, z);
      isThere[i] = 1;
      positions.set(point, 3 * i);
      places.set([u, v], 2 * i);
      point.forEach((value, axis) => {
        low[axis] = Math.min(low[axis], value);
        high[axis] = Math.max(high[axis], value);
      });
    }
    const steep = 1.15, near = (...z) => Math.max(...z) < steep * Math.min(...z), indices = [];
    for (let y = 0; y + 1 < height; y++) for (let x = 0; x + 1 < width; x++) {
      const a = y * width + x, b = a + 1, c = a + width, d = c + 1;
      for (const corners of [[a, c, b], [b, c, d]]) {
        if (corners.every(i => isThere[i]) && near(...corners.map(i => -positions[3 * i + 2]))) indices.push(...corners);
      }
    }
    const picture = new Uint8Array(await (await asJpeg(this.picture)).arrayBuffer());
    const parts = [positions, places, new Uint32Array(indices), picture], views = [];
    let size = 0;
    for (const part of parts) {
      views.push({ buffer: 0, byteOffset: size, byteLength: part.byteLength });
      size += Math.ceil(part.byteLength / 4) * 4;
    }
    const description = {
      asset: { version: "2.0", generator: "da3d" }, scene: 0, scenes: [{ nodes: [0] }], nodes: [{ mesh: 0 }],
      meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, indices: 2, material: 0 }] }],
      materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicFactor: 0, roughnessFactor: 1 },
        doubleSided: true, extensions: { KHR_materials_unlit: {} } }],
      extensionsUsed: ["KHR_materials_unlit"], textures: [{ source: 0 }],
      images: [{ bufferView: 3, mimeType: "image/jpeg" }], buffers: [{ byteLength: size }], bufferViews: views,
      accessors: [{ bufferView: 0, componentType: 5126, count, type: "VEC3", min: low, max: high },
        { bufferView: 1, componentType: 5126, count, type: "VEC2" },
        { bufferView: 2, componentType: 5125, count: indices.length, type: "SCALAR" }],
    };
    let text = JSON.stringify(description);
    text += " ".repeat((4 - text.length % 4) % 4);
    const json = new TextEncoder().encode(text), whole = new Uint8Array(28 + json.length + size);
    const write = new DataView(whole.buffer);
    [0x46546c67, 2, whole.length, json.length, 0x4e4f534a].forEach((value, i) => write.setUint32(4 * i, value, true));
    whole.set(json, 20);
    write.setUint32(20 + json.length, size, true);
    write.setUint32(24 + json.length, 0x004e4942, true);
    parts.forEach((part, i) => whole.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
      28 + json.length + views[i].byteOffset));
    return new Blob([whole], { type: "model/gltf-binary" });
  }
}

// What every program reads.
async function asJpeg(file) {
  const image = await createImageBitmap(file), canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
}

// ---------------------------------------------------------------- the viewer

class Viewer {
  constructor(canvas, scene, options) {
    this.canvas = canvas;
    this.scene = scene;
    this.home = new Camera([0, 0, -scene.header.camera.pivot], 0, 0, scene.header.camera.pivot);
    const start = this.home.orbited(options.yaw, options.pitch);
    this.camera = this.target = start;
    this.mode = options.mode;
    this.isStereo = options.stereo;
    this.sways = options.sways;
    this.speed = [0, 0];       // of a drag that was let go, in radians a second
    this.swayed = 0;
    this.isWanted = true;      // whether something has changed since the last picture
    this.last = 0;
    new ResizeObserver(() => { this.isWanted = true; }).observe(canvas);
  }

  get moves() { return this.sways || Math.hypot(...this.speed) > 0 || this.camera !== this.target; }

  want() {
    this.isWanted = true;
    if (!this.isScheduled) {
      this.isScheduled = true;
      requestAnimationFrame(time => this.turn(time / 1000));
    }
  }

  turn(time) {
    this.isScheduled = false;
    const step = Math.min(Math.max(time - this.last, 0.001), 0.1);
    this.last = time;
    if (this.speed[0] || this.speed[1]) {
      this.orbit(this.speed[0] * step, this.speed[1] * step);
      const kept = Math.exp(-step / INERTIA_S);
      this.speed = this.speed.map(value => (Math.abs(value * kept) < 1e-3 ? 0 : value * kept));
    }
    if (this.camera !== this.target) {
      this.camera = this.camera.towards(this.target, 1 - Math.exp(-step / EASE_S));
      if (this.camera.isNear(this.target)) this.camera = this.target;
    }
    if (this.sways) this.swayed += step;
    if (this.moves || this.isWanted) this.draw();
    if (this.moves) this.want();
  }

  draw() {
    this.isWanted = false;
    const { canvas } = this, gl = this.scene.gl, ratio = Math.min(window.devicePixelRatio || 1, 2);
    const width = Math.max(Math.round(canvas.clientWidth * ratio), 1), height = Math.max(Math.round(canvas.clientHeight * ratio), 1);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    let camera = this.camera;
    if (this.swayed) {
      const phase = 2 * Math.PI * this.swayed / SWAY.period;
      camera = camera.orbited(SWAY.yaw * Math.sin(phase), SWAY.pitch / 2 * Math.sin(2 * phase));
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.clearColor(...this.scene.header.background, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    for (const { area, eye } of this.views(width, height)) {
      const projection = this.projection(area[2] / area[3]);
      const offset = eye * this.eyeDistance(camera, projection);
      projection[8] -= projection[0] * offset / camera.distance;
      this.scene.draw(this.mode, area, camera.matrix(offset), projection);
    }
  }

  views(width, height) {
    if (!this.isStereo) return [{ area: [0, 0, width, height], eye: 0 }];
    const w = Math.floor(width / 2);
    return [{ area: [0, 0, w, height], eye: -0.5 }, { area: [w, 0, w, height], eye: 0.5 }];
  }

  // What just fits the whole picture into the view.
  projection(aspect) {
    let [left, right, bottom, top] = this.scene.header.camera.sides;
    const stretch = aspect / ((right - left) / (top - bottom));
    const widened = (low, high, by) => [(low + high) / 2 - by * (high - low) / 2, (low + high) / 2 + by * (high - low) / 2];
    if (stretch > 1) [left, right] = widened(left, right, stretch);
    else [bottom, top] = widened(bottom, top, 1 / stretch);
    const { clip } = this.scene.header.camera;
    return frustum([left, right, bottom, top].map(value => value * clip[0]), clip);
  }

  // The distance between the eyes keeps parallax comfortable, as engine/render/stereo.py does.
  eyeDistance(camera, projection) {
    const { share, comfort } = this.scene.header.camera.eyes, wanted = share * camera.distance;
    const { ends, sides } = this.scene.header.camera, depths = [];
    for (const z of ends) for (const x of sides.slice(0, 2)) for (const y of sides.slice(2)) {
      depths.push(dot(add(camera.position, [x * z, y * z, -z], -1), camera.backward));
    }
    const nearest = Math.max(Math.min(...depths), 0.05 * camera.distance), farthest = Math.max(...depths, nearest);
    const worst = Math.max(...[nearest, farthest].map(depth =>
      Math.abs(projection[0] * wanted * (1 / camera.distance - 1 / depth) / 2)));
    return worst <= comfort ? wanted : wanted * comfort / worst;
  }

  orbit(yaw, pitch) {
    if (this.scene.header.camera.resists) {
      yaw = resisted(this.target.yaw, yaw);
      pitch = resisted(this.target.pitch, pitch);
    }
    this.target = this.target.orbited(yaw, pitch);
    this.want();
  }

  drag(dx, dy) {
    const by = ORBIT_PER_HEIGHT / Math.max(this.canvas.clientHeight, 1);
    this.orbit(-dx * by, dy * by);
    return [-dx * by, dy * by];
  }

  pan(dx, dy) {
    const projection = this.projection(this.canvas.clientWidth / this.canvas.clientHeight), { target } = this;
    const across = 2 * target.distance / (projection[0] * this.canvas.clientWidth);
    const up = 2 * target.distance / (projection[5] * this.canvas.clientHeight);
    this.target = target.shifted(add(target.right.map(value => -value * dx * across), target.up, dy * up));
    this.want();
  }

  zoom(factor) {
    this.target = this.target.closer(factor);
    this.want();
  }

  // Orbit around what is seen at (x, y) of the canvas.
  pivotAt(x, y) {
    const { camera } = this, projection = this.projection(this.canvas.clientWidth / this.canvas.clientHeight);
    const right = (2 * x / this.canvas.clientWidth - 1 + projection[8]) / projection[0];
    const up = (1 - 2 * y / this.canvas.clientHeight + projection[9]) / projection[5];
    const way = add(add(camera.right.map(value => value * right), camera.up, up), camera.backward, -1);
    const point = this.scene.hit(camera.position, way);
    if (!point) return;
    const offset = add(camera.position, point, -1), distance = Math.hypot(...offset);
    this.target = new Camera(point, Math.atan2(offset[0], offset[2]), Math.asin(offset[1] / distance), distance);
    this.want();
  }

  rest() {
    if (!this.sways) return;
    this.sways = false;
    this.want();
  }

  goHome() {
    this.speed = [0, 0];
    this.swayed = 0;
    this.target = this.home;
    this.want();
  }

  switchTo(change) {
    Object.assign(this, change);
    this.want();
  }
}

// ---------------------------------------------------------------- input

function listen(viewer) {
  const { canvas } = viewer, pointers = new Map();
  let pinch = null, moved = 0, velocity = [0, 0], stamp = 0;
  const touch = () => { viewer.rest(); viewer.speed = [0, 0]; wake(); };
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, size: Math.max(Math.hypot(a.x - b.x, a.y - b.y), 1) };
  };

  canvas.addEventListener("pointerdown", event => {
    touch();
    if (event.isTrusted) canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    pinch = pointers.size === 2 ? spread() : null;
    [moved, velocity] = [0, [0, 0]];
  });
  canvas.addEventListener("pointermove", event => {
    wake();
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const dx = event.clientX - before.x, dy = event.clientY - before.y;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    moved += Math.hypot(dx, dy);
    if (pinch && pointers.size === 2) {
      const now = spread();
      viewer.pan(now.x - pinch.x, now.y - pinch.y);
      viewer.zoom(pinch.size / now.size);
      pinch = now;
    } else if (event.shiftKey || event.buttons & 2) {
      viewer.pan(dx, dy);
    } else {
      const step = viewer.drag(dx, dy), seconds = Math.max((event.timeStamp - stamp) / 1000, 0.004);
      velocity = velocity.map((value, i) => 0.5 * value + 0.5 * step[i] / seconds);
      stamp = event.timeStamp;
    }
  });
  const lift = event => {
    if (!pointers.delete(event.pointerId)) return;
    pinch = null;
    const isFresh = event.timeStamp - stamp < 60 && event.pointerType !== "mouse";
    if (!pointers.size && isFresh && moved > 8 && !reduced.matches) {
      viewer.speed = velocity.map(value => Math.max(-2, Math.min(2, value)));
      viewer.want();
    }
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("dblclick", event => { touch(); viewer.pivotAt(event.offsetX, event.offsetY); });
  canvas.addEventListener("contextmenu", event => event.preventDefault());
  canvas.addEventListener("wheel", event => {
    event.preventDefault();
    touch();
    viewer.zoom(STEP ** (-Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY) / 100, 2)));
  }, { passive: false });

  const step = 3 * Math.PI / 180, keys = {
    ArrowLeft: () => viewer.orbit(-step, 0), ArrowRight: () => viewer.orbit(step, 0),
    ArrowUp: () => viewer.orbit(0, step), ArrowDown: () => viewer.orbit(0, -step),
    "+": () => viewer.zoom(STEP), "=": () => viewer.zoom(STEP), "-": () => viewer.zoom(1 / STEP),
  };
  addEventListener("keydown", event => {
    wake();
    const shortcut = { r: "home", p: "points", g: "stereo", s: "picture", f: "full" }[event.key.toLowerCase()];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (keys[event.key] && !(event.target instanceof HTMLButtonElement)) {
      event.preventDefault();
      touch();
      keys[event.key]();
    } else if (shortcut) document.getElementById(shortcut).click();
  });
}

let quiet = 0;
function wake() {
  document.body.classList.remove("quiet");
  clearTimeout(quiet);
  quiet = setTimeout(() => document.body.classList.add("quiet"), QUIET_MS);
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function buttons(viewer) {
  const { header } = viewer.scene, on = (id, act) => document.getElementById(id).addEventListener("click", act);
  const toggle = (id, change) => on(id, event => {
    const isOn = event.currentTarget.getAttribute("aria-pressed") !== "true";
    event.currentTarget.setAttribute("aria-pressed", isOn);
    change(isOn);
  });
  on("home", () => { viewer.rest(); viewer.goHome(); });
  toggle("points", isOn => viewer.switchTo({ mode: isOn ? "pointcloud" : "mesh" }));
  toggle("stereo", isOn => viewer.switchTo({ isStereo: isOn }));
  on("picture", () => { viewer.draw(); viewer.canvas.toBlob(blob => save(blob, `${header.name}.png`)); });
  on("model", async () => save(await viewer.scene.glb(), `${header.name}.glb`));
  if (!document.fullscreenEnabled) document.getElementById("full").hidden = true;
  on("full", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
  tilting(viewer, toggle);
}

// Phones and tablets turn the scene as they are tilted, if their owner agrees.
function tilting(viewer, toggle) {
  if (!("DeviceOrientationEvent" in window) || !matchMedia("(pointer: coarse)").matches) return;
  document.getElementById("tilt").hidden = false;
  let from = null;
  const follow = ({ beta, gamma }) => {
    if (beta === null || gamma === null) return;
    from = from || { beta, gamma };
    const radians = Math.PI / 180, yaw = (gamma - from.gamma) * 0.4 * radians, pitch = (beta - from.beta) * 0.4 * radians;
    const { target, home } = viewer;
    viewer.target = new Camera(target.pivot, home.yaw + Math.max(-LIMIT, Math.min(LIMIT, yaw)),
      home.pitch + Math.max(-LIMIT, Math.min(LIMIT, pitch)), target.distance);
    viewer.want();
  };
  toggle("tilt", async isOn => {
    viewer.rest();
    from = null;
    if (!isOn) return removeEventListener("deviceorientation", follow);
    const ask = DeviceOrientationEvent.requestPermission;
    if (ask && await ask.call(DeviceOrientationEvent) !== "granted") return say("The device does not tell how it is held.");
    addEventListener("deviceorientation", follow);
  });
}

const reduced = matchMedia("(prefers-reduced-motion: reduce)");
const say = text => { document.getElementById("message").textContent = text; };

// #yaw=14&pitch=5 in the address looks from there (in degrees); bare hides everything but the scene.
function optionsOf(hash) {
  const given = new URLSearchParams(hash.slice(1)), radians = name => (Number(given.get(name)) || 0) * Math.PI / 180;
  const isPlaced = given.has("yaw") || given.has("pitch");
  return {
    yaw: radians("yaw"), pitch: radians("pitch"), mode: given.has("points") ? "pointcloud" : "mesh",
    stereo: given.has("stereo"), bare: given.has("bare"), sways: !isPlaced && !given.has("bare") && !reduced.matches,
    antialias: !given.has("bare"),
  };
}

async function start() {
  const canvas = document.getElementById("view"), options = optionsOf(location.hash);
  const gl = canvas.getContext("webgl2", { antialias: options.antialias, alpha: false, powerPreference: "high-performance" });
  if (!gl) return say("This browser has no WebGL 2, which the scene is drawn with. Update it, or allow it to use the graphics card.");
  if (typeof DecompressionStream === "undefined") return say("This browser is too old for this page. Update it.");
  const scene = new Scene(gl, await unpack(document.getElementById("data").textContent));
  await scene.load();
  const viewer = new Viewer(canvas, scene, options);
  if (options.bare) document.body.classList.add("bare");
  for (const [id, isOn] of [["points", options.mode === "pointcloud"], ["stereo", options.stereo]]) {
    document.getElementById(id).setAttribute("aria-pressed", isOn);
  }
  listen(viewer);
  buttons(viewer);
  canvas.addEventListener("webglcontextlost", event => { event.preventDefault(); say("The graphics card was reset. Reload the page."); });
  say("");
  viewer.draw();
  viewer.want();
  wake();
  window.viewer = viewer;   // for scripts that read or move the camera
  document.body.dataset.state = "ready";
}

start().catch(error => {
  say(`The scene cannot be shown: ${error.message}`);
  document.body.dataset.state = "failed";
  console.error(error);
});
