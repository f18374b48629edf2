//! `lizard --csv`: a row per function, with a header only under `--verbose`.

use csv::{ReaderBuilder, StringRecord};

use super::super::{Format, Head, Input, Kind};
use crate::domain::catalogue::{
    CYCLOMATIC_SPREAD, CYCLOMATIC_WORST, FUNCTION_LENGTH_AVERAGE, LENGTH_WORST, SIZE_FUNCTIONS,
};
use crate::domain::report::{Code, Content, FunctionMeasure, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "lizard_csv",
    title: "lizard CSV",
    kind: Kind::Complexity,
    producers: &["lizard --csv"],
    default_paths: &["**/lizard*.csv"],
    sniff,
    parse,
    reads: "Functions with their complexity, length and parameters.",
    omits: "Tokens.",
    supplies: &[
        CYCLOMATIC_WORST,
        CYCLOMATIC_SPREAD,
        LENGTH_WORST,
        &[&FUNCTION_LENGTH_AVERAGE, &SIZE_FUNCTIONS],
    ],
};

/// The columns that every lizard writes; extensions add theirs behind.
const HEADER: [&str; 11] = [
    "NLOC",
    "CCN",
    "token",
    "PARAM",
    "length",
    "location",
    "file",
    "function",
    "long_name",
    "start",
    "end",
];

fn sniff(head: &Head) -> bool {
    let begins =
        |line: &&str| line.starts_with("NLOC,") || line.starts_with(|c: char| c.is_ascii_digit());
    let Some(line) = head.lines().next().filter(begins) else {
        return false;
    };
    let mut row = StringRecord::new();
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .from_reader(line.as_bytes());
    reader.read_record(&mut row).is_ok() && (is_header(&row) || function(&row).is_ok())
}

fn is_header(row: &StringRecord) -> bool {
    row.iter().take(HEADER.len()).eq(HEADER)
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let code = content.code.insert(Code {
        producer: "lizard".into(),
        ..Code::default()
    });
    input.each_row(|problems, line, row| {
        if is_header(row) {
            return Ok(());
        }
        match function(row) {
            Ok(mut function) => {
                function.name = limits.cap(function.name);
                code.functions.push(function);
            }
            // One row too many says as much as a million.
            Err(what) if problems.len() < 100 => {
                let problem = Problem::error(format!("a row was passed over: {what}"));
                problems.push(problem.at_line(line));
            }
            Err(_) => {}
        }
        Ok(())
    })
}

fn function(row: &StringRecord) -> Result<FunctionMeasure, &'static str> {
    if row.len() < HEADER.len() {
        return Err("it has too few columns");
    }
    let text = |column: usize| row.get(column).unwrap_or_default();
    let number = |column: usize| {
        text(column)
            .parse::<u32>()
            .map_err(|_| "it has no number where one belongs")
    };
    let (length, line, end_line) = (number(4)?, number(9)?, number(10)?);
    // The location repeats the name, the lines and the file: a row cut off or shifted by a stray quote shows there.
    let location = format!("{}@{line}-{end_line}@{}", text(7), text(6));
    if text(5) != location {
        return Err("its location is not that of its other columns");
    }
    Ok(FunctionMeasure {
        path: text(6).to_owned(),
        name: text(7).to_owned(),
        line,
        end_line,
        cyclomatic: Some(number(1)?),
        length: Some(length),
        parameters: Some(number(3)?),
        ..FunctionMeasure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{code, sniffed};

    const ROW: &str =
        r#"17,8,105,3,30,"f<A,B>@76-105@src/a.py","src/a.py","f<A,B>","f( x , y )",76,105"#;

    #[test]
    fn the_header_and_the_columns_of_extensions_are_optional() {
        let header = "NLOC,CCN,token,PARAM,length,location,file,function,long_name,start,end";
        for report in [
            format!("{ROW}\n"),
            format!("{header}\r\n{ROW}\r\n"),
            format!("{header}, fan_in \n{ROW},0"),
        ] {
            assert_eq!(sniffed(&report), ["lizard_csv"], "{report}");
            let (code, problems) = code("lizard_csv", &report);
            assert_eq!(problems, [""; 0]);
            assert_eq!(code.functions.len(), 1);
            let function = &code.functions[0];
            assert_eq!(
                (function.name.as_str(), function.cyclomatic),
                ("f<A,B>", Some(8))
            );
            assert_eq!((function.length, function.parameters), (Some(30), Some(3)));
        }
    }

    #[test]
    fn a_row_that_was_cut_off_or_shifted_is_a_problem() {
        for end in [5, ROW.len() - 4, ROW.len() - 1] {
            let (code, problems) = code("lizard_csv", &format!("{ROW}\n{}", &ROW[..end]));
            assert_eq!((code.functions.len(), problems.len()), (1, 1), "{end}");
        }
        let stray = ROW.replace("src/a.py", "src/\"a,b.py");
        let (code, problems) = code("lizard_csv", &stray);
        assert_eq!((code.functions.len(), problems.len()), (0, 1));
    }

    #[test]
    fn other_tables_are_not_claimed() {
        for foreign in [
            "a,b,c\n1,2,3\n",
            "1,2,3,4,5,a@1-2@b,b,a,a(),1,x\n",
            "path,complexity\n",
        ] {
            assert_eq!(sniffed(foreign), [""; 0], "{foreign}");
        }
    }
}
