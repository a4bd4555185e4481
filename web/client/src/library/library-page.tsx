// The library: what there is, what is new, who is where.
export default function LibraryPage() {
  return <h1>Library</h1>;
}
