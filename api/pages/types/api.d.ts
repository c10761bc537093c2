/** JSON of /api/v1, as the pages read it. */

export type Language = "zh" | "en";

export interface User {
  id: string;
  name: string;
  language: Language;
  roles: string[];
  rep_id: string | null;
}

export interface Fault {
  code: string;
  cause: string;
  action: string;
  where?: string;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  cause: string;
  action: string;
  faults?: Fault[];
}

export interface StopOutlet {
  id: string;
  name: string;
  short_code: string;
  channel: string;
  grade: string;
  lat: number;
  lon: number;
  address: string;
  phone: string;
  windows: [number, number][];
}

export type VisitStatus = "open" | "done" | "skipped";

export interface StopVisit {
  visit_key: string;
  status: VisitStatus;
  checked_in_at: string | null;
  checked_out_at: string | null;
  off_site: boolean;
}

export interface Stop {
  id: string;
  sequence: number;
  outlet: StopOutlet;
  arrival_minute: number;
  start_minute: number;
  leave_minute: number;
  leg_seconds: number;
  leg_metres: number;
  reason: string;
  visit: StopVisit | null;
}

export interface Break {
  name: string;
  start_minute: number;
  end_minute: number;
  before_sequence: number;
}

export interface DayRoute {
  rep: { id: string; code: string; name: string };
  requested_date: string;
  date: string;
  is_next_working_day: boolean;
  zone: string;
  plan: {
    id: string;
    version: number;
    published_at: string | null;
    estimate: boolean;
    simulated: boolean;
    network_key: string | null;
  } | null;
  start_minute: number | null;
  end_minute: number | null;
  home: { name: string; lat: number; lon: number };
  stops: Stop[];
  return_leg: { seconds: number; metres: number } | null;
  breaks: Break[];
  totals: {
    stops: number;
    done: number;
    travel_minutes: number;
    service_minutes: number;
    distance_m: number;
  };
  attribution: string;
}

export interface Feature {
  type: "Feature";
  id?: string;
  geometry: any;
  properties: Record<string, any>;
}

/** A lookup of addresses. */
export interface GeocodeJob {
  id: string;
  status: string;
  done: number;
  of: number;
  counts: Record<string, number>;
  error: { code: string; cause: string; action: string } | null;
}

/** An outlet whose place is doubtful. */
export interface Geocode {
  outlet_id: string;
  outlet_name: string;
  address: string;
  lat: number | null;
  lon: number | null;
  status: string;
  service: string;
  confidence: number;
  label: string;
  found: { lat: number; lon: number; datum: string; given_lat: number | null; given_lon: number | null; apart_m: number | null } | null;
}

export interface Geocodes {
  items: Geocode[];
  counts: Record<string, number>;
  job: GeocodeJob | null;
}

/** What is drawn under every map: our own archive of tiles, or a tile server's images. */
export interface Basemap {
  kind: "tiles" | "images";
  url: string;
  attribution: string;
  bounds: [number, number, number, number] | null;
  max_zoom: number | null;
}

export interface FeatureCollection {
  type: "FeatureCollection";
  features: Feature[];
  attribution?: string;
}

export type VisitEventKind = "check_in" | "step" | "check_out" | "skip";

export interface VisitEvent {
  client_id: string;
  visit_key: string;
  kind: VisitEventKind;
  outlet_id: string;
  planned_stop_id: string | null;
  device_at: string;
  lat?: number;
  lon?: number;
  accuracy_m?: number;
  payload?: Record<string, unknown>;
}

export interface EventResult {
  client_id: string;
  status: "recorded" | "repeated" | "refused";
  visit: StopVisit | null;
  problem?: Problem | null;
}

export interface Rep {
  id: string;
  code: string;
  name: string;
  home_name: string;
  home_lat: number;
  home_lon: number;
  active: boolean;
}

export interface PlanSummary {
  visits_required: number;
  visits_planned: number;
  unserved: number;
  travel_minutes: number;
  service_minutes: number;
  utilisation: number | null;
}

export type RunStatus = "queued" | "running" | "done" | "failed" | "cancelled";

export interface RunTask {
  id: string;
  rep_id: string;
  rep_name: string;
  status: RunStatus;
  progress: Record<string, any>;
  summary: Partial<PlanSummary>;
  journey_plan_id: string | null;
  error: Partial<Problem> | null;
}

export interface PlanningRun {
  id: string;
  status: RunStatus;
  cycle_start: string;
  weeks: number;
  seconds: number;
  seed: number;
  created_at: string;
  tasks: RunTask[];
}

export interface Outlet {
  id: string;
  name: string;
  grade: string;
  lat: number | null;
  lon: number | null;
  rep_id: string | null;
}

/** A row of the list of outlets. */
export interface OutletRow extends Outlet {
  short_code: string;
  channel: string;
  address: string;
  phone: string;
  status: string;
  type: string;
  region: string;
  tags: string[];
  last_visit: string | null;
  created_at: string;
  updated_at: string;
}

/** Where outlets are, a list per column. */
export interface OutletPoints {
  total: number;
  without_place: number;
  left_out: number;
  id: string[];
  lat: number[];
  lon: number[];
  grade: string[];
  rep: number[];
  reps: string[];
}

export interface Counted {
  value: string;
  count: number;
}

/** What outlets can be filtered by. */
export interface OutletChoices {
  grades: { code: string; name_zh: string; name_en: string }[];
  channel: Counted[];
  region: Counted[];
  type: Counted[];
  tags: Counted[];
  territories: { id: string; name: string }[];
  fields: { key: string; title: Record<Language, string>; values: { value: string; title: Record<Language, string> }[] }[];
}

export interface JourneyPlan {
  id: string;
  rep_id: string;
  rep_name: string;
  cycle_start: string;
  weeks: number;
  version: number;
  status: "draft" | "published" | "superseded";
  created_at: string;
  published_at: string | null;
  estimate: boolean;
  simulated: boolean;
  /** The demo published it as of an earlier moment than it was made. */
  publication_simulated: boolean;
  summary: PlanSummary;
}

export interface PlannedOutlet {
  id: string;
  name: string;
  short_code: string;
  channel: string;
  grade: string;
  lat: number;
  lon: number;
}

export interface PlannedDay {
  date: string;
  start_minute: number;
  end_minute: number;
  travel_minutes: number;
  service_minutes: number;
  distance_m: number;
  stops: { id: string; sequence: number; outlet: PlannedOutlet; arrival_minute: number }[];
}

export interface Unserved {
  /** None where it has left the scope. */
  outlet: PlannedOutlet | null;
  count: number;
  reason: string;
  detail: string;
  facts: Facts | null;
  remedy: Remedy | null;
}

/** What the sentence `key` about a missing visit names. */
export interface Facts {
  key: string;
  date: string | null;
  rep: string | null;
  other: string | null;
  minutes: number | null;
  amount: number | null;
  limit: number | null;
}

export interface Remedy {
  action: string;
  date: string | null;
  minutes: number;
  text: string;
  rep_id: string | null;
  rep: string | null;
  outlet_id: string | null;
  other: string | null;
  amount: number | null;
  start_minute: number | null;
  end_minute: number | null;
  dates: string[];
  break_name: string | null;
}

export interface PlanDetail extends JourneyPlan {
  days: PlannedDay[];
  unserved: Unserved[];
}

export interface ProposalChange {
  outlet_id: string;
  outlet_name: string;
  /** The other side; none where nobody had the outlet. */
  rep_id: string | null;
  rep_name: string | null;
}

export interface NamedOutlet {
  outlet_id: string;
  outlet_name: string;
}

/** The lists of overlaps and uncovered outlets hold the first ones only. */
export interface Proposal {
  gained: ProposalChange[];
  lost: ProposalChange[];
  overlaps: (NamedOutlet & { territories: string[] })[];
  overlaps_count: number;
  uncovered: NamedOutlet[];
  uncovered_count: number;
}

export interface TerritoryProperties {
  id: string;
  name: string;
  colour: string;
  rep_id: string | null;
  rep_name: string | null;
  version: number;
  counts: { outlets: number; visits: number; minutes: number };
}

export interface Territory {
  type: "Feature";
  id: string;
  geometry: any;
  properties: TerritoryProperties;
}

export interface SavedTerritory extends Territory {
  proposal: Proposal;
}

export interface Figure {
  key: string;
  name: string;
  numerator: number;
  denominator: number;
  value: number | null;
  unit: "share" | "minutes" | "lines" | "minor";
  currency: string | null;
  formula: string;
  rule_version: string;
  scope: string;
  period: string[];
  simulated: boolean;
}

export interface Funnel {
  stages: {
    code: string;
    name: string;
    count: number;
    amount_minor: number;
    currency: string | null;
    win_rate: number;
  }[];
  forecast: {
    count: number;
    money: { amount_minor: number; currency: string }[];
    if_all_close: { amount_minor: number; currency: string }[];
  };
  simulated: boolean;
}

export interface ImportCounts {
  rows: number;
  new: number;
  changed: number;
  same: number;
  duplicates: number;
  faulty: number;
}

export interface ImportFile {
  id: string;
  file_name: string;
  size_bytes: number;
  status: "uploaded" | "applied" | "undone";
  counts: ImportCounts | null;
  created_at: string;
  applied_at: string | null;
  undone_at: string | null;
}

export interface ImportField {
  field: string;
  names: Record<Language, string>;
}

export interface ImportRead extends ImportFile {
  sheet: string;
  sheets: string[];
  encoding: string;
  header_row: number;
  formulas: number;
  columns: { header: string; field: string; samples: string[] }[];
}

export interface ImportTried extends ImportCounts {
  faults: { row: number; column: string; value: string; code: string; cause: string; remedy: string }[];
  fault_count: number;
  twins: {
    row: number;
    name: string;
    twin_name: string;
    twin_row: number | null;
    twin_id: string | null;
    score: number | null;
  }[];
  changes: { row: number; name: string; fields: Record<string, [string, string]> }[];
  without_place: number;
  not_imported: string[];
}

/** A big sheet that is tried or written in the background. */
export interface ImportJob {
  id: string;
  status: string;
  phase: string;
  done: number;
  of: number;
  tried: ImportTried | null;
  written: ImportCounts | null;
  error: { code: string; cause: string; action: string } | null;
}

export interface PairSide {
  id: string;
  short_code: string;
  name: string;
  lat: number | null;
  lon: number | null;
  rep: string;
  status: string;
}

export interface PairChoice {
  choice: string;
  first: string;
  second: string;
}

export interface Pair {
  id: string;
  status: "open" | "merged" | "different";
  score: number;
  parts: { name: number | null; phone: number | null; place: number | null; metres: number | null };
  first: PairSide;
  second: PairSide;
  choices: PairChoice[];
  kept_id: string | null;
  can_undo: boolean;
  decided_at: string | null;
}

export interface Grade {
  code: string;
  rank: number;
  name_zh: string;
  name_en: string;
}

export interface SalesMonth {
  month: string;
  currency: string;
  amount_minor: number;
  margin_minor: number | null;
  orders: number | null;
}

export interface Named {
  id: string;
  name: string;
}

/** Where an outlet stands. */
export interface Standing {
  rep: Named | null;
  territories: Named[];
  last_visit: { date: string; rep: Named } | null;
  next_visit: { date: string; arrival_minute: number; rep: Named } | null;
  radius_m: number;
}

export interface Change {
  id: string;
  at: string;
  user_name: string;
  table: string;
  row_id: string;
  action: "insert" | "update" | "delete";
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

export interface ToldVisit {
  id: string;
  local_date: string;
  zone: string;
  planned_date: string | null;
  status: VisitStatus;
  checked_in_at: string | null;
  checked_out_at: string | null;
  outcome: string;
  off_site: boolean;
  distance_m: number | null;
  order_value_minor: number | null;
  currency: string | null;
  order_lines: number | null;
  skip_reason: string | null;
  simulated: boolean;
}

export interface TimelineEntry {
  id: string;
  kind: string;
  at: string;
  user_name: string;
  change: Change | null;
  visit: ToldVisit | null;
}

/** A form template at one version; `sensitive` fields outside `opened` are not shown. */
export interface Template {
  code: string;
  subject: string;
  keyed: boolean;
  names: Record<Language, string>;
  version: number;
  newest_version: number;
  schema: any;
  sensitive: string[];
  opened: string[];
}

export interface Answer {
  id: string;
  template: string;
  version: number;
  newest_version: number;
  contact_id: string | null;
  key: string;
  answers: Record<string, any>;
  sensitive: Record<string, any>;
  retired: Record<string, any>;
  consent: { given_on: string; how: string } | null;
  filled_at: string;
}

/** What a rep proposes about an outlet. */
export interface FieldProposal {
  id: string;
  kind: "new_outlet" | "pin" | "closed" | "moved";
  rep_id: string;
  outlet_id: string | null;
  outlet_name: string | null;
  values: Record<string, any>;
  photo: { name: string; url: string; sha256: string } | null;
  note: string;
  proposed_at: string;
  status: "open" | "accepted" | "refused";
  decision_note: string;
  decided_at: string | null;
}

export interface DatedPolicy {
  grade: string;
  channel: string;
  visits: number;
  weeks: number;
  minutes: number;
  valid_from: string;
  valid_to: string | null;
}

export interface Sizing {
  visits: number;
  hours: number;
  reps_exact: number;
  reps: number;
}

export interface PolicyLoad {
  reps_now: number;
  working_days: number;
  field_minutes_a_day: number;
  travel_minutes_a_visit: number;
  travel_measured: boolean;
  before: Sizing;
  after: Sizing;
  outlets_without_policy: number;
}

export interface GradeSuggestion {
  id: string;
  outlet_id: string;
  outlet_name: string;
  from_grade: string;
  to_grade: string;
  score: number;
  parts: Record<string, number>;
}

export interface Complaint {
  id: string;
  outlet_id: string;
  outlet_name: string;
  severity: string;
  subject: string;
  description: string;
  owner_rep_id: string | null;
  due: string | null;
  late: boolean;
  status: string;
  demand_id: string | null;
  resolution: string;
  call_back_due: string | null;
  satisfaction: number | null;
}

export interface Task {
  id: string;
  kind: string;
  title: string;
  note: string;
  rep_id: string | null;
  outlet_id: string | null;
  outlet_name: string | null;
  complaint_id: string | null;
  demand_id: string | null;
  priority: string;
  due: string | null;
  late: boolean;
  state: string;
  source: string;
  result: string;
}

export interface HandOver {
  received: { rep_id: string; outlets: number; opportunities: number; complaints: number; tasks: number }[];
  plan_ids: string[];
  run_id: string | null;
}

export interface DataTable {
  table: string;
  feature: string;
  meaning: string;
  audited: boolean;
  columns: {
    name: string;
    type: string;
    required: boolean;
    key: boolean;
    unique: boolean;
    references: string | null;
    labels: Record<Language, string> | null;
  }[];
}
