// The sun over a roof: geometry after NOAA's solar equations, clear sky after Haurwitz (1945), diffuse share after Erbs (1982).

export type Place = { latitude: number; longitude: number };
/** Degrees: tilt from the horizontal, azimuth clockwise from north (180 faces south). */
export type Roof = { tilt: number; azimuth: number };

const RADIANS = Math.PI / 180;
const SOLAR_CONSTANT = 1361;
const ALBEDO = 0.2;

type Sun = { /** Sine of the elevation. */ height: number /** Radians clockwise from north. */; azimuth: number };

/** Where the sun stands. */
export function sunAt({ latitude, longitude }: Place, unixSeconds: number): Sun {
  const date = new Date(unixSeconds * 1000);
  const newYear = Date.UTC(date.getUTCFullYear(), 0, 1) / 1000;
  const minutes = (unixSeconds % 86_400) / 60;
  const year = (2 * Math.PI * ((unixSeconds - newYear) / 86_400)) / 365.25;
  const equationOfTime =
    229.18 *
    (0.000075 +
      0.001868 * Math.cos(year) -
      0.032077 * Math.sin(year) -
      0.014615 * Math.cos(2 * year) -
      0.040849 * Math.sin(2 * year));
  const declination =
    0.006918 -
    0.399912 * Math.cos(year) +
    0.070257 * Math.sin(year) -
    0.006758 * Math.cos(2 * year) +
    0.000907 * Math.sin(2 * year) -
    0.002697 * Math.cos(3 * year) +
    0.00148 * Math.sin(3 * year);
  const hourAngle = ((minutes + equationOfTime + 4 * longitude) / 4 - 180) * RADIANS;
  const [sinLat, cosLat] = [Math.sin(latitude * RADIANS), Math.cos(latitude * RADIANS)];
  const height = sinLat * Math.sin(declination) + cosLat * Math.cos(declination) * Math.cos(hourAngle);
  const azimuth =
    Math.PI + Math.atan2(Math.sin(hourAngle), Math.cos(hourAngle) * sinLat - Math.tan(declination) * cosLat);
  return { height, azimuth };
}

/** W/m² on a horizontal plane under a clear sky. */
export function clearSky(height: number): number {
  return height <= 0 ? 0 : 1098 * height * Math.exp(-0.059 / height);
}

/** The share of light that comes from the whole sky, by the clearness of the air. */
function diffuseShare(clearness: number): number {
  if (clearness <= 0.22) return 1 - 0.09 * clearness;
  if (clearness > 0.8) return 0.165;
  return 0.9511 - 0.1604 * clearness + 4.388 * clearness ** 2 - 16.638 * clearness ** 3 + 12.336 * clearness ** 4;
}

/** W/m² on a tilted roof when clouds let through `clear` (0 to 1) of a clear sky's light. */
export function onRoof(place: Place, { tilt, azimuth }: Roof, unixSeconds: number, clear: number): number {
  const sun = sunAt(place, unixSeconds);
  if (sun.height <= 0.01) return 0;
  const global = clear * clearSky(sun.height);
  const diffuse = global * diffuseShare(Math.min(1, global / (SOLAR_CONSTANT * sun.height)));
  const [sinTilt, cosTilt] = [Math.sin(tilt * RADIANS), Math.cos(tilt * RADIANS)];
  const cosElevation = Math.sqrt(1 - sun.height ** 2);
  const incidence = sun.height * cosTilt + cosElevation * sinTilt * Math.cos(sun.azimuth - azimuth * RADIANS);
  // Near the horizon the ratio of a roof to a plane is without meaning: five degrees of elevation bound it.
  const beam = ((global - diffuse) * Math.max(0, incidence)) / Math.max(sun.height, 0.087);
  return beam + (diffuse * (1 + cosTilt)) / 2 + (global * ALBEDO * (1 - cosTilt)) / 2;
}
