/** The sign of mesh-auth: a shield over three connected workloads. */
export function Logo(props: { size?: number }) {
  const { size = 28 } = props;
  return (
    <svg
      viewBox="0 0 32 32"
      width={size}
      height={size}
      fill="none"
      stroke="#5eead4"
      strokeWidth={2}
      strokeLinejoin="round"
      aria-hidden
    >
      <path d="M16 2.5 27.5 6v9.5c0 6.6-4.6 11.4-11.5 14-6.9-2.6-11.5-7.4-11.5-14V6z" />
      <path d="M16 11.5 11 19h10z" strokeWidth={1.5} />
      <g fill="#5eead4" stroke="none">
        <circle cx={16} cy={11} r={2.6} />
        <circle cx={11} cy={19.5} r={2.6} />
        <circle cx={21} cy={19.5} r={2.6} />
      </g>
    </svg>
  );
}
